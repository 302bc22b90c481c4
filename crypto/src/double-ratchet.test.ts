import { concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import {
  MAX_JUMP,
  MAX_SELF_JUMP,
  type Ratchet,
  startInitiatorRatchet,
  startResponderRatchet,
  takeReceivingSeed,
  takeSendingSeed,
} from "./double-ratchet.ts";
import { agreeAfresh, generateKeyPair, type PublicKey } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("double ratchet");
const secrets = { rootKey: random(32), chainKey: random(32), pqrKey: random(32) };
const signedPreKey = run(generateKeyPair(random), noblePrimitives);
const bob = startResponderRatchet(secrets, signedPreKey);
const alice = initiate();

function initiate(): Ratchet {
  const ratchetKey = run(agreeAfresh(signedPreKey.publicKey, random), noblePrimitives);
  if (ratchetKey === undefined) throw new Error("the signed prekey is honest");
  return startInitiatorRatchet(secrets, signedPreKey.publicKey, ratchetKey);
}

function send(ratchet: Ratchet) {
  const { ratchetKey, index } = ratchet.sender;
  return { ...takeSendingSeed(ratchet), arrival: { ratchetKey: ratchetKey.publicKey, counter: index } };
}

function receive(ratchet: Ratchet, arrival: ReturnType<typeof send>["arrival"], maxJump = MAX_JUMP) {
  return run(takeReceivingSeed(ratchet, arrival, maxJump, random), noblePrimitives);
}

/** The state after a message that must be taken, and its seed. */
function received(ratchet: Ratchet, arrival: ReturnType<typeof send>["arrival"]) {
  const taken = receive(ratchet, arrival);
  if (!taken.ok) throw new Error(taken.reason);
  return taken.value;
}

/** The chain of Alice's first message, as Bob sees it. */
const bobWithChain = received(bob, send(alice).arrival).ratchet;
const onChain = (counter: number) => ({ ratchetKey: alice.sender.ratchetKey.publicKey, counter });

test("both sides take the same seeds through many turns", () => {
  let [speaker, listener] = [alice, bob];

  for (let turn = 0; turn < 6; turn++) {
    for (let i = 0; i < 3; i++) {
      const sent = send(speaker);
      const taken = received(listener, sent.arrival);
      expect(taken.seed).toEqual(sent.seed);
      expect(sent.arrival.counter).toBe(i);
      [speaker, listener] = [sent.ratchet, taken.ratchet];
    }
    [speaker, listener] = [listener, speaker];
  }
});

test("no seed comes twice", () => {
  const seeds = new Set<string>();
  let ratchet = alice;

  for (let i = 0; i < 100; i++) {
    const sent = send(ratchet);
    seeds.add(String(sent.seed));
    ratchet = sent.ratchet;
  }

  expect(seeds.size).toBe(100);
});

test("a step leaves the state that it started from as it was", () => {
  const before = structuredClone({ alice, bob, bobWithChain });

  send(alice);
  received(bob, onChain(7));
  received(bobWithChain, onChain(3_000));
  receive(bobWithChain, onChain(25_002));

  expect({ alice, bob, bobWithChain }).toEqual(before);
});

test("a seed that was jumped over is taken once", () => {
  const jumped = received(bobWithChain, onChain(5)).ratchet;

  const late = received(jumped, onChain(2));
  const again = receive(late.ratchet, onChain(2));

  expect(late.seed).toEqual(received(bobWithChain, onChain(2)).seed);
  expect(again).toEqual({ ok: false, reason: "duplicate" });
  expect(receive(jumped, onChain(5))).toEqual({ ok: false, reason: "duplicate" });
});

test("the seeds of the last 2,000 messages are kept, and no older one", () => {
  const jumped = received(bobWithChain, onChain(2_002)).ratchet;

  expect(jumped.receivers[0]?.skipped).toHaveLength(2_000);
  expect(receive(jumped, onChain(1))).toEqual({ ok: false, reason: "duplicate" });
  expect(receive(jumped, onChain(2))).toMatchObject({ ok: true });
});

test("a message may be 25,000 ahead of the one that is awaited", () => {
  expect(receive(bobWithChain, onChain(25_001))).toMatchObject({ ok: true });
  expect(receive(bobWithChain, onChain(25_002))).toEqual({ ok: false, reason: "refused" });
  expect(receive(bob, onChain(25_001))).toEqual({ ok: false, reason: "refused" });
  expect(receive(bobWithChain, onChain(25_002), MAX_SELF_JUMP)).toMatchObject({ ok: true });
});

test("the last counter is refused: it has no successor", () => {
  const chain = { ...bobWithChain.receivers[0], index: 0xffff_fffe } as Ratchet["receivers"][number];
  const atTheEnd = { ...bobWithChain, receivers: [chain] };

  expect(receive(atTheEnd, onChain(0xffff_fffe))).toMatchObject({ ok: true });
  expect(receive(atTheEnd, onChain(0xffff_ffff))).toEqual({ ok: false, reason: "refused" });
});

test("five receiver chains are kept, and the oldest goes first", () => {
  let [alices, bobs] = [alice, bob];
  const keys: PublicKey[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const sent = send(alices);
    const answer = send(received(bobs, sent.arrival).ratchet);
    alices = received(sent.ratchet, answer.arrival).ratchet;
    bobs = answer.ratchet;
    keys.push(sent.arrival.ratchetKey);
  }

  expect(bobs.receivers.map(({ ratchetKey }) => ratchetKey)).toEqual(keys.slice(1));
});

test("a turn says how far the chain before it got", () => {
  const [one, two] = [send(bobWithChain), send(send(bobWithChain).ratchet)];
  const answered = received(alice, two.arrival).ratchet;
  const next = send(answered).arrival;

  expect(received(one.ratchet, next).ratchet.previousCounter).toBe(0);
  expect(received(two.ratchet, next).ratchet.previousCounter).toBe(1);
  expect(received(bobWithChain, next).ratchet.previousCounter).toBe(0);
});

test("a ratchet key of small order is refused", () => {
  const ratchetKey = concat(Uint8Array.of(0x05), new Uint8Array(32)) as PublicKey;

  expect(receive(bobWithChain, { ratchetKey, counter: 0 })).toEqual({ ok: false, reason: "refused" });
  expect(run(agreeAfresh(ratchetKey, random), noblePrimitives)).toBeUndefined();
});
