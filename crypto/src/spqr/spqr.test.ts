import { type Bytes, copyBytes, toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { noblePrimitives } from "../noble-primitives.ts";
import { run } from "../primitives.ts";
import { eachTruncation } from "../testing/damage.ts";
import { dice, type Party, type Sent, startPair, statesOfEveryPhase } from "../testing/spqr-party.ts";
import type { Braid } from "./braid-state.ts";
import { decodeMessage, encodeMessage, type Payload } from "./message-codec.ts";
import { decodeSpqrState, encodeSpqrState, receiveSpqr, startSpqr } from "./spqr.ts";

type Weather = {
  readonly seed: string;
  readonly steps: number;
  /** Of a hundred messages, how many are lost, and how many come twice. */
  readonly lost: number;
  readonly doubled: number;
  /** How many messages a late one may let pass. */
  readonly late: number;
};

/** Lets a pair talk at random, and says how many messages arrived in how many epochs. Keys must agree. */
function talk(pair: readonly [Party, Party], { seed, steps, lost, doubled, late }: Weather) {
  const roll = dice(seed);
  const underWay: [Sent[], Sent[]] = [[], []];
  const outcome = { delivered: 0, duplicates: 0, refused: 0 };
  for (let step = 0; step < steps; step++) {
    const at = roll(2) as 0 | 1;
    if (roll(5) < 2) {
      const sent = pair[at].send();
      if (roll(100) >= lost) underWay[1 - at]?.push(sent);
      continue;
    }
    const position = roll(Math.min(1 + late, underWay[at].length));
    const sent = underWay[at][position];
    if (sent === undefined) continue;
    if (roll(100) >= doubled) underWay[at].splice(position, 1);
    const received = pair[at].receive(sent.message);
    if (received.ok) {
      expect(received.value).toEqual(sent.key);
      outcome.delivered++;
    } else if (received.reason === "duplicate") outcome.duplicates++;
    else outcome.refused++;
  }
  return { ...outcome, epochs: pair[0].state.braid.epoch };
}

test("two parties hold the same keys over thousands of messages in order", () => {
  const outcome = talk(startPair("calm"), { seed: "calm", steps: 6_000, lost: 0, doubled: 0, late: 0 });

  expect(outcome).toMatchObject({ duplicates: 0, refused: 0 });
  expect(outcome.delivered).toBeGreaterThan(2_000);
  expect(outcome.epochs).toBeGreaterThan(20);
});

test.each([1, 2, 3, 4, 5])("they do so where messages are lost, late and doubled: schedule %i", (number) => {
  const seed = `storm ${number}`;

  const outcome = talk(startPair(seed), { seed, steps: 6_000, lost: 20, doubled: 10, late: 12 });

  expect(outcome.refused).toBe(0);
  expect(outcome.delivered).toBeGreaterThan(1_500);
  expect(outcome.duplicates).toBeGreaterThan(50);
  expect(outcome.epochs).toBeGreaterThan(10);
});

test("they do so where a message may be epochs late, and then it is refused at worst", () => {
  const outcome = talk(startPair("slow"), { seed: "slow", steps: 12_000, lost: 5, doubled: 5, late: 400 });

  expect(outcome.delivered).toBeGreaterThan(3_000);
  expect(outcome.epochs).toBeGreaterThan(2);
});

test("a monologue goes on in the first epoch, with a key for each message", () => {
  const [alice, bob] = startPair("monologue");
  const keys = new Set<string>();
  for (let i = 0; i < 3_000; i++) {
    const { message, key } = alice.send();
    keys.add(toHex(key));
    expect(bob.receive(message)).toEqual({ ok: true, value: key });
  }

  expect(keys.size).toBe(3_000);
  expect([alice.state.braid.epoch, bob.state.braid.epoch]).toEqual([1, 1]);
});

test("after a long monologue the first answers turn the epoch", () => {
  const [alice, bob] = startPair("answers");
  for (let i = 0; i < 20_000; i++) {
    const { message } = alice.send();
    if (i % 2_500 === 0) bob.receive(message);
  }
  const outcome = talk([alice, bob], { seed: "answers", steps: 800, lost: 10, doubled: 0, late: 3 });

  expect(outcome.refused).toBe(0);
  expect(outcome.epochs).toBeGreaterThan(2);
});

test("the responder may speak first", () => {
  const [alice, bob] = startPair("responder first");
  for (let i = 0; i < 20; i++) {
    const { message, key } = bob.send();
    expect(alice.receive(message)).toEqual({ ok: true, value: key });
  }

  expect(talk([alice, bob], { seed: "responder first", steps: 800, lost: 10, doubled: 0, late: 3 }).refused).toBe(0);
});

test("a state that was written and read at every step goes the same way", () => {
  const kept = startPair("stored");
  const stored = startPair("stored");
  const roll = dice("stored");
  for (let i = 0; i < 1_500; i++) {
    const at = roll(2) as 0 | 1;
    const sent = kept[at].send();
    expect(stored[at].send()).toEqual(sent);
    if (roll(5) > 0) expect(stored[1 - at]?.receive(sent.message)).toEqual(kept[1 - at]?.receive(sent.message));
    for (const party of stored) {
      const decoded = decodeSpqrState(encodeSpqrState(party.state));
      if (decoded === undefined) throw new Error("a state was lost");
      party.state = decoded;
    }
  }

  expect(stored.map(({ state }) => state)).toEqual(kept.map(({ state }) => state));
  expect(kept[0].state.braid.epoch).toBeGreaterThan(5);
});

test("a step leaves the state that it started from as it was", () => {
  const pair = startPair("values");
  for (let i = 0; i < 400; i++) {
    const [from, to] = i % 2 === 0 ? pair : [pair[1], pair[0]];
    const before = [from.state, to.state] as const;
    const bytes = before.map(encodeSpqrState);
    to.receive(from.send().message);
    expect(before.map(encodeSpqrState)).toEqual(bytes);
  }
});

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

test("two handshakes share no key", () => {
  const [alice] = startPair("one");
  const [, bob] = startPair("another");
  const { message, key } = alice.send();

  expect(bob.receive(message)).not.toEqual({ ok: true, value: key });
});

test("a key of another length and an impossible jump limit are mistakes of the program", () => {
  expect(() => startSpqr("initiator", new Uint8Array(31))).toThrow(RangeError);
  for (const maxJump of [0, 1.5, 2 ** 32]) {
    expect(() => startSpqr("initiator", new Uint8Array(32), { maxJump })).toThrow(RangeError);
  }
});
