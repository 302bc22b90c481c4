import { run } from "@tacit/crypto/primitives";
import { decryptMessage } from "@tacit/crypto/session";
import { decodePreKeySignalMessage } from "@tacit/crypto/signal-message";
import { seededRandom } from "@tacit/crypto/testing/random";
import type { Bytes } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { isLong } from "../extent.ts";
import { ALICE, acquaint, BOB, makePeer, PAIRINGS } from "./cast.ts";
import { nodePrimitives } from "./node-primitives.ts";
import { ourPeer } from "./our-peer.ts";
import { upTo } from "./schedule.ts";

test.each(PAIRINGS)("%s writes to %s: a later message with any one bit flipped is refused", async (...pairing) => {
  const { alice, bob } = await acquaint(pairing, "flips");
  const { kind, message } = await alice.encrypt(BOB, toUtf8("as it was sent"));
  expect(kind).toBe("whisper");
  const before = bob.stored();

  for (let bit = 0; bit < 8 * message.length; bit++) {
    const opened = await bob.decrypt(ALICE, { kind, message: flipped(message, bit) });
    expect(opened, `bit ${bit}`).toMatchObject({ ok: false });
    expect(bob.stored() === before, `bit ${bit} left a trace`).toBe(true);
  }

  expect(await bob.decrypt(ALICE, { kind, message })).toMatchObject({ ok: true });
});

test(
  "a first message with a flipped bit is refused, but for bits of the registration id, which no MAC covers",
  async () => {
    const alice = makePeer("official", ALICE, "flips");
    const bob = ourPeer(BOB, { seed: "flips" });
    await alice.start(BOB, await bob.publish());
    const { message } = await alice.encrypt(BOB, toUtf8("as it was sent"));
    const honest = decodePreKeySignalMessage(message);
    const open = (bytes: Bytes) => {
      const step = decryptMessage(
        bob.own,
        ALICE,
        undefined,
        "prekey",
        bytes,
        bob.decryptOptions(ALICE),
        seededRandom("flips"),
      );
      return run(step, nodePrimitives);
    };
    const before = bob.stored();
    let accepted = 0;

    for (const bit of bitsOf(message)) {
      const changed = flipped(message, bit);
      if (!open(changed).ok) continue;
      accepted++;
      const { registrationId } = decodePreKeySignalMessage(changed) ?? {};
      expect(decodePreKeySignalMessage(changed), `bit ${bit}`).toEqual({ ...honest, registrationId });
    }

    // One varint of 7 or 14 bits, of which some flips are not minimal.
    expect(accepted).toBeLessThanOrEqual(15);
    expect(bob.stored()).toBe(before);
    expect(open(message).ok).toBe(true);
  },
  isLong ? 600_000 : 60_000,
);

/** One bit of every byte, or all where there is time. */
function bitsOf(message: Bytes): readonly number[] {
  const draw = upTo("bits");
  if (isLong) return Array.from({ length: 8 * message.length }, (_, bit) => bit);
  return Array.from(message, (_, index) => 8 * index + draw(8));
}

function flipped(bytes: Bytes, bit: number): Bytes {
  const index = bit >> 3;
  return bytes.with(index, (bytes[index] as number) ^ (1 << (bit & 7)));
}
