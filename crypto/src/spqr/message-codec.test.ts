import { concat, fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { eachTruncation } from "../testing/damage.ts";
import { seededRandom } from "../testing/random.ts";
import { dice } from "../testing/spqr-party.ts";
import { decodeMessage, encodeMessage, type Payload, type SpqrMessage } from "./message-codec.ts";

const random = seededRandom("message codec");
const SYMBOLS = "aa".repeat(32);
const chunk = { index: 0x4321, symbols: fromHex(SYMBOLS) };

const TYPES: readonly (readonly [Payload, string])[] = [
  [{ type: "none" }, "00"],
  [{ type: "hdr", chunk }, `01a18601${SYMBOLS}`],
  [{ type: "ek", chunk }, `02a18601${SYMBOLS}`],
  [{ type: "ek-ct1-ack", chunk }, `03a18601${SYMBOLS}`],
  [{ type: "ct1-ack" }, "04"],
  [{ type: "ct1", chunk }, `05a18601${SYMBOLS}`],
  [{ type: "ct2", chunk }, `06a18601${SYMBOLS}`],
];

test.each(TYPES)("%o is written and read as the format says", (payload, hex) => {
  const message = { epoch: 300, index: 5, payload };

  expect(encodeMessage(message)).toEqual(fromHex(`01ac0205${hex}`));
  expect(decodeMessage(fromHex(`01ac0205${hex}`))).toEqual(message);
});

test("numbers go up to their last", () => {
  const message: SpqrMessage = {
    epoch: Number.MAX_SAFE_INTEGER,
    index: 0xffffffff,
    payload: { type: "ct2", chunk: { ...chunk, index: 65_535 } },
  };

  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test.each([
  ["no version", ""],
  ["version 0", "00010100"],
  ["version 2", "02010100"],
  ["epoch 0", "01000100"],
  ["index 0, the form without a key", "01010000"],
  ["an epoch that a number cannot hold", "01808080808080801001" + "00"],
  ["an index of 2^32", "010180808080" + "1000"],
  ["an endless number", `01${"ff".repeat(40)}`],
  ["a number with a zero on top", "0181000100"],
  ["type 7", "01010107"],
  ["type 255", "010101ff"],
  ["chunk 65,536", `01010101808004${SYMBOLS}`],
  ["a chunk of 31 bytes", `0101010101${SYMBOLS.slice(2)}`],
])("%s is refused", (_, hex) => {
  expect(decodeMessage(fromHex(hex))).toBeUndefined();
});

test("a message that is cut short is refused", () => {
  for (const [payload] of TYPES) {
    for (const cut of eachTruncation(encodeMessage({ epoch: 300, index: 70_000, payload }))) {
      expect(decodeMessage(cut)).toBeUndefined();
    }
  }
});

test("what follows a message is ignored", () => {
  for (const [payload] of TYPES) {
    const message = { epoch: 1, index: 1, payload };
    expect(decodeMessage(concat(encodeMessage(message), random(3)))).toEqual(message);
  }
});

test("random bytes are read as a message or as nothing", () => {
  const roll = dice("message codec");
  for (let i = 0; i < 5_000; i++) {
    const bytes = concat(Uint8Array.of(1), random(roll(50)));
    const message = decodeMessage(bytes);
    if (message !== undefined) {
      const again = encodeMessage(message);
      expect(bytes.subarray(0, again.length)).toEqual(again);
    }
  }
});
