import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { noblePrimitives } from "../noble-primitives.ts";
import { run } from "../primitives.ts";
import { eachTruncation } from "../testing/damage.ts";
import { type Party, startPair, statesOfEveryPhase } from "../testing/spqr-party.ts";
import type { Braid } from "./braid-state.ts";
import { decodeMessage, encodeMessage, type Payload } from "./message-codec.ts";
import { encodeSpqrState, receiveSpqr } from "./spqr.ts";

test("a refused message changes nothing, and the next one is received", () => {
  const [alice, bob] = startPair("refused");
  const { message } = alice.send();
  bob.receive(message);
  const before = encodeSpqrState(bob.state);
  const bad = [message, message.slice(0, 20), ...changedNumbers(alice.send().message)];

  expect(bad.map((wrong) => bob.receive(wrong))).toEqual([
    { ok: false, reason: "duplicate" },
    { ok: false, reason: "malformed" },
    { ok: false, reason: "out-of-epoch" },
    { ok: false, reason: "too-far-ahead" },
  ]);
  expect(encodeSpqrState(bob.state)).toEqual(before);
  const next = alice.send();
  expect(bob.receive(next.message)).toEqual({ ok: true, value: next.key });
});

function changedNumbers(message: Bytes): readonly Bytes[] {
  const decoded = decodeMessage(message);
  if (decoded === undefined) throw new Error("not a message");
  return [encodeMessage({ ...decoded, epoch: 2 }), encodeMessage({ ...decoded, index: 30_000 })];
}

test("truncations of every kind of message are refused as malformed", () => {
  const pair = startPair("cut");
  const seen = new Set<string>();
  for (let i = 0; i < 400; i++) {
    const [from, to] = i % 2 === 0 ? pair : [pair[1], pair[0]];
    const { message } = from.send();
    const type = decodeMessage(message)?.payload.type ?? "";
    if (!seen.has(type))
      for (const cut of eachTruncation(message)) expect(to.receive(cut)).toMatchObject({ reason: "malformed" });
    seen.add(type);
    to.receive(message);
  }

  expect(seen.size).toBe(7);
});

// Whoever can change a message without breaking its own MAC meets the MACs inside: the epoch never completes.
test.each([
  ["hdr", "no-header-received"],
  ["ek", "ct1-acknowledged"],
  ["ct1", "ek-sent-ct1-received"],
  ["ct2", "ek-sent-ct1-received"],
] as const)("one bit changed in a chunk of %s is found out in %s", (type, phase) => {
  for (const bit of [0, 100, 255]) {
    const pair = startPair(`changed ${type}`);
    let isChanged = false;
    const { refused, at } = untilRefused(pair, (message) => {
      const changed = isChanged ? undefined : flipped(message, type, bit);
      isChanged ||= changed !== undefined;
      return changed ?? message;
    });

    expect(refused).toBe("forged");
    expect(at.state.braid).toMatchObject({ phase, epoch: 1 });
  }
});

/** Sends back and forth, each message changed on its way. */
function untilRefused(pair: readonly [Party, Party], change: (message: Bytes) => Bytes) {
  for (let i = 0; i < 400; i++) {
    const [from, at] = i % 2 === 0 ? pair : [pair[1], pair[0]];
    const received = at.receive(change(from.send().message));
    if (!received.ok) return { refused: received.reason, at };
  }
  throw new Error("nothing was refused");
}

function flipped(message: Bytes, type: Payload["type"], bit: number): Bytes | undefined {
  if (decodeMessage(message)?.payload.type !== type) return undefined;
  const changed = copyBytes(message);
  const at = changed.length - 32 + (bit >> 3);
  changed[at] = (changed[at] as number) ^ (1 << (bit & 7));
  return changed;
}

test("a message of two epochs ago gives its key, and does not touch the epoch that began since", () => {
  const [alice, bob] = startPair("two epochs ago");
  const late = alice.send();
  exchangeUntil([alice, bob], () => bob.state.braid.epoch === 3);
  const { braid } = bob.state;

  expect(decodeMessage(late.message)?.payload.type).toBe("hdr");
  expect(braid.phase).toBe("no-header-received");
  expect(bob.receive(late.message)).toEqual({ ok: true, value: late.key });
  expect(bob.state.braid).toEqual(braid);
});

test("only a message of the very next epoch tells that a ciphertext arrived", () => {
  const [alice, bob] = startPair("next epoch");
  exchangeUntil([alice, bob], () => bob.state.braid.phase === "ct2-sampled");
  const next = (epoch: number) => encodeMessage({ epoch, index: 1, payload: { type: "none" } });

  expect(bob.receive(next(3))).toMatchObject({ reason: "out-of-epoch" });
  expect(bob.receive(next(2)).ok).toBe(true);
  expect(bob.state.braid).toMatchObject({ phase: "keys-unsampled", epoch: 2 });
});

const CHUNK = { index: 40_000, symbols: new Uint8Array(32).fill(1) };
const PAYLOADS: readonly Payload[] = [
  { type: "none" },
  { type: "ct1-ack" },
  ...(["hdr", "ek", "ek-ct1-ack", "ct1", "ct2"] as const).map((type) => ({ type, chunk: CHUNK })),
];
/** What moves a phase, beside a message of the next epoch. */
const DUE: Readonly<Record<Braid["phase"], readonly Payload["type"][]>> = {
  "keys-unsampled": [],
  "keys-sampled": ["ct1"],
  "header-sent": ["ct1"],
  "ct1-received": ["ct2"],
  "ek-sent-ct1-received": ["ct2"],
  "no-header-received": ["hdr"],
  "header-received": [],
  "ct1-sampled": ["ek", "ek-ct1-ack"],
  "ek-received-ct1-sampled": ["ct1-ack", "ek-ct1-ack"],
  "ct1-acknowledged": ["ek", "ek-ct1-ack"],
  "ct2-sampled": [],
};

test.each(statesOfEveryPhase().map((state) => [state.braid.phase, state] as const))(
  "in %s, what is not due is ignored, and its key given",
  (phase, state) => {
    for (const payload of PAYLOADS) {
      const message = encodeMessage({ epoch: state.braid.epoch, index: 5_000, payload });
      const received = run(receiveSpqr(state, message), noblePrimitives);
      const braid = received.ok ? received.value.state.braid : "refused";
      if (DUE[phase].includes(payload.type)) expect(braid, payload.type).not.toEqual(state.braid);
      else expect(braid, payload.type).toEqual(state.braid);
    }
  },
);

/** Answers in turn, until after a message of Alice's. */
function exchangeUntil([alice, bob]: readonly [Party, Party], isReached: () => boolean): void {
  for (let i = 0; i < 400; i++) {
    alice.receive(bob.send().message);
    bob.receive(alice.send().message);
    if (isReached()) return;
  }
  throw new Error("never reached");
}
