import type { Bytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { seededRandom } from "../testing/random.ts";
import { addEpoch, type KeyChains, MAX_INDEX, MAX_JUMP, nextSendingKey, receivingKey, startChains } from "./chain.ts";

const random = seededRandom("chain");
const handshake = random(32);

/** The keys of indexes 1 to `count`; `keys[0]` is index 1. */
function sendMany(chains: KeyChains, epoch: number, count: number): { chains: KeyChains; keys: readonly Bytes[] } {
  const keys: Bytes[] = [];
  let state = chains;
  for (let i = 0; i < count; i++) {
    const sent = nextSendingKey(state, epoch);
    keys.push(sent.key);
    state = sent.state;
  }
  return { chains: state, keys };
}

/** What comes of receiving `indexes` of epoch 0 in this order: hexadecimal would be long, so `key` or the reason. */
function receiveAll(chains: KeyChains, indexes: readonly number[]): { chains: KeyChains; last: string } {
  let state = chains;
  let last = "";
  for (const index of indexes) {
    const received = receivingKey(state, 0, index);
    if (received.ok) state = received.value.state;
    last = received.ok ? "key" : received.reason;
  }
  return { chains: state, last };
}

const responder = startChains("responder", handshake, MAX_JUMP);

test("what one side sends with, the other receives with, each way by itself", () => {
  const initiator = startChains("initiator", handshake, MAX_JUMP);
  const there = nextSendingKey(initiator, 0);
  const back = nextSendingKey(responder, 0);

  expect([there.index, back.index]).toEqual([1, 1]);
  expect(there.key).not.toEqual(back.key);
  expect(receivingKey(responder, 0, 1)).toMatchObject({ ok: true, value: { key: there.key } });
  expect(receivingKey(initiator, 0, 1)).toMatchObject({ ok: true, value: { key: back.key } });
});

test("keys are the same in any order, and each comes once", () => {
  const { keys } = sendMany(startChains("initiator", handshake, MAX_JUMP), 0, 8);
  let state = responder;
  for (const index of [3, 1, 8, 7, 2, 4, 6, 5]) {
    const received = receivingKey(state, 0, index);
    if (!received.ok) throw new Error(received.reason);
    expect(received.value.key).toEqual(keys[index - 1]);
    state = received.value.state;
  }

  for (let index = 1; index <= 8; index++) expect(receivingKey(state, 0, index)).toMatchObject({ reason: "duplicate" });
});

test.each([
  [24_999, "key"],
  [25_000, "key"],
  [25_001, "too-far-ahead"],
  [MAX_INDEX, "too-far-ahead"],
])("from the start, index %i gives: %s", (index, outcome) => {
  expect(receiveAll(responder, [index]).last).toBe(outcome);
});

test.each([
  [25_009, "key"],
  [25_010, "key"],
  [25_011, "too-far-ahead"],
])("after index 10, index %i gives: %s", (index, outcome) => {
  expect(receiveAll(responder, [10, index]).last).toBe(outcome);
});

test("the jump limit is the session's own", () => {
  const self = startChains("responder", handshake, 25_001);

  expect(receiveAll(self, [25_001]).last).toBe("key");
  expect(receiveAll(self, [25_002]).last).toBe("too-far-ahead");
});

test.each([
  [1_001, "key"],
  [1_000, "key"],
  [999, "too-old"],
  [1, "too-old"],
])("after index 3,000, the skipped index %i gives: %s", (index, outcome) => {
  expect(receiveAll(responder, [3_000, index]).last).toBe(outcome);
});

test("a key falls too far behind by later messages too, and is then forgotten", () => {
  const skipped = receiveAll(responder, [2, ...Array.from({ length: 1_999 }, (_, i) => i + 3)]);
  const oneMore = receiveAll(skipped.chains, [2_002]);

  expect(receiveAll(skipped.chains, [1]).last).toBe("key");
  expect(receiveAll(oneMore.chains, [1]).last).toBe("too-old");
  expect(oneMore.chains.epochs[0]?.receiving.skipped).toHaveLength(0);
});

test("no more than two thousand skipped keys are held", () => {
  const { chains } = receiveAll(responder, [20_000]);

  expect(chains.epochs[0]?.receiving.skipped).toHaveLength(2_000 * 36);
});

test("one epoch before the one that we send in can still be received", () => {
  const sender = startChains("initiator", handshake, MAX_JUMP);
  const secrets = [random(32), random(32)] as const;
  const early = nextSendingKey(sender, 0);
  const inEpoch0 = addEpoch(responder, 1, secrets[0]);
  const inEpoch1 = nextSendingKey(inEpoch0, 1).state;
  const inEpoch2 = nextSendingKey(addEpoch(inEpoch1, 2, secrets[1]), 2).state;

  expect(receivingKey(inEpoch0, 0, 1)).toMatchObject({ ok: true, value: { key: early.key } });
  expect(receivingKey(inEpoch1, 0, 1)).toMatchObject({ ok: true, value: { key: early.key } });
  expect(receivingKey(inEpoch2, 0, 1)).toMatchObject({ reason: "out-of-epoch" });
  expect(receivingKey(inEpoch2, 1, 1).ok).toBe(true);
  expect(receivingKey(inEpoch2, 3, 1)).toMatchObject({ reason: "out-of-epoch" });
});

test("an epoch's keys hang on its secret and on all before", () => {
  const secret = random(32);
  const one = addEpoch(responder, 1, secret);
  const other = addEpoch(startChains("responder", random(32), MAX_JUMP), 1, secret);
  const third = addEpoch(responder, 1, random(32));
  const keys = [one, other, third].map((chains) => nextSendingKey(chains, 1).key);

  expect(keys[0]).not.toEqual(keys[1]);
  expect(keys[0]).not.toEqual(keys[2]);
});

test("sending in an epoch forgets the sending chain of the one before", () => {
  const { state } = nextSendingKey(addEpoch(responder, 1, random(32)), 1);

  expect(state.epochs.map(({ sending }) => sending !== undefined)).toEqual([false, true]);
  expect(() => nextSendingKey(state, 0)).toThrow();
});

test("leaving out an epoch, or sending in one that is not there, is a mistake of the program", () => {
  expect(() => addEpoch(responder, 2, random(32))).toThrow();
  expect(() => nextSendingKey(responder, 1)).toThrow();
});
