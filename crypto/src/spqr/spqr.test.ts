import { toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { dice, type Party, type Sent, startPair } from "../testing/spqr-party.ts";
import { decodeSpqrState, encodeSpqrState, startSpqr } from "./spqr.ts";

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
