import { encode } from "@tacit/shared/codec";
import { isWellFramed } from "@tacit/shared/framing";
import fc from "fast-check";
import msgpack from "socket.io-msgpack-parser";
import { expect, test } from "vitest";
import { readPlain } from "./read-plain.ts";

const MAX_VALUES = 200;

/** What the library's decoder says of a frame that `isWellFramed` lets through; "refused" where either does not take it. */
function readByLibrary(frame: Buffer): unknown {
  if (!isWellFramed(frame, MAX_VALUES)) return "refused";
  class Whole extends msgpack.Decoder {
    override checkPacket() {}
  }
  const decoder = new Whole();
  let read: unknown = "refused";
  decoder.on("decoded", (value) => {
    read = value;
  });
  try {
    decoder.add(frame);
  } catch {
    return "refused";
  }
  return read;
}

function readByUs(frame: Buffer): unknown {
  try {
    return readPlain(frame, MAX_VALUES);
  } catch {
    return "refused";
  }
}

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom("key", "lane", "sealed", "registrationId", "seales"),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false, 0, -1, -33, 127, 128, 2 ** 16, 2 ** 32, -(2 ** 31), 2 ** 53 - 1, 0.5),
    fc.integer(),
    fc.double(),
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(
      text.filter((name) => name !== "__proto__"),
      tie("value"),
      { maxKeys: 18, noNullPrototype: true },
    ),
  ),
}));

test("what is read of plain MessagePack is what the library reads", () => {
  fc.assert(
    fc.property(value, (said) => {
      const frame = Buffer.from(encode(said));

      expect(readByUs(frame)).toEqual(readByLibrary(frame));
    }),
    { numRuns: 3_000 },
  );
});

test("cut, with a tail or changed it is read as the library reads it, or refused", () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(value, edits, fc.nat(), fc.uint8Array({ maxLength: 3 }), (said, changes, length, tail) => {
      const whole = encode(said);
      const frame = Buffer.concat([whole.slice(0, 1 + (length % whole.length)), tail]);
      for (const [at, byte] of changes) frame[at % frame.length] = byte;
      const ours = readByUs(frame);

      if (ours !== undefined && ours !== "refused") expect(ours).toEqual(readByLibrary(frame));
    }),
    { numRuns: 20_000 },
  );
});

test("as many values as are allowed are read, and not one more", () => {
  const nothings = (count: number) => Buffer.from(encode(Array(count).fill(null)));

  expect(readByUs(nothings(MAX_VALUES - 1))).toHaveLength(MAX_VALUES - 1);
  expect(readByUs(nothings(MAX_VALUES))).toBe("refused");
});

test("what is 32 deep is read, and nothing deeper", () => {
  const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.from([0xc0])]);

  expect(readByUs(nested(32))).toEqual(readByLibrary(nested(32)));
  expect(readByUs(nested(33))).toBe("refused");
});

test("an extension is left to others", () => {
  expect(readByUs(Buffer.from([0x92, 0xd4, 0, 0, 0xc0]))).toBeUndefined();
});

test("bytes are views of the frame", () => {
  const frame = Buffer.from(encode([new Uint8Array(16)]));
  const [bytes] = readPlain(frame, MAX_VALUES) as readonly Buffer[];

  expect(bytes?.buffer).toBe(frame.buffer);
});
