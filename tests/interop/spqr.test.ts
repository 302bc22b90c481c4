import type { Address } from "@tacit/crypto/address";
import { dice } from "@tacit/crypto/testing/spqr-party";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { officialPeer } from "./official.ts";
import { ourPeer } from "./our-peer.ts";
import type { Peer, Sealed } from "./peer.ts";

const ALICE: Address = { accountId: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceId: 1 };
const BOB: Address = { accountId: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceId: 3 };
const TEXT = toUtf8("text");

type Makers = readonly [(address: Address) => Peer, (address: Address) => Peer];
const ours = (address: Address) => ourPeer(address, { seed: "spqr" });
const official = (address: Address) => officialPeer(address);
const PAIRINGS: readonly (readonly [string, Makers])[] = [
  ["ours starts", [ours, official]],
  ["official starts", [official, ours]],
];

/** Alice and Bob after one message each way. */
async function startPair([makeAlice, makeBob]: Makers): Promise<readonly [Peer, Peer]> {
  const pair = [makeAlice(ALICE), makeBob(BOB)] as const;
  expect(await pair[0].start(BOB, await pair[1].publish())).toBe("ok");
  expect(await deliver(pair, 1, await pair[0].encrypt(BOB, TEXT))).toBe("ok");
  expect(await deliver(pair, 0, await pair[1].encrypt(ALICE, TEXT))).toBe("ok");
  return pair;
}

async function deliver(pair: readonly [Peer, Peer], to: 0 | 1, sealed: Sealed): Promise<string> {
  const opened = await pair[to].decrypt(to === 0 ? BOB : ALICE, sealed);
  if (opened.ok) return "ok";
  return opened.reason === "duplicate" ? "duplicate" : "refused";
}

type Weather = { readonly seed: string; readonly steps: number; readonly lost: number; readonly late: number };

/** What became of each delivery, by a schedule that depends on the weather only. */
async function talk(pair: readonly [Peer, Peer], { seed, steps, lost, late }: Weather): Promise<readonly string[]> {
  const roll = dice(seed);
  const underWay: [Sealed[], Sealed[]] = [[], []];
  const outcomes: string[] = [];
  for (let step = 0; step < steps; step++) {
    const at = roll(2) as 0 | 1;
    if (roll(5) < 2) {
      const sealed = await pair[at].encrypt(at === 0 ? BOB : ALICE, TEXT);
      if (roll(100) >= lost) underWay[1 - at]?.push(sealed);
      continue;
    }
    // One in thirty stays behind until `late` others are under way.
    const position = roll(30) === 0 ? 0 : Math.min(roll(4) + late, underWay[at].length - 1);
    const [sealed] = underWay[at].splice(Math.max(0, position), 1);
    if (sealed !== undefined) outcomes.push(await deliver(pair, at, sealed));
  }
  return outcomes;
}

/** The epoch of the key agreement that a party of ours has come to. */
function epochOf(pair: readonly [Peer, Peer]): number {
  for (const [peer, their] of [
    [pair[0], BOB],
    [pair[1], ALICE],
  ] as const) {
    if ("record" in peer) return (peer as ReturnType<typeof ourPeer>).record(their)?.current?.spqr.braid.epoch ?? 0;
  }
  throw new Error("nobody here is ours");
}

test.each(PAIRINGS)("epochs turn while messages are lost and late: %s", async (_, makers) => {
  const pair = await startPair(makers);

  const outcomes = await talk(pair, { seed: "turning", steps: 4_000, lost: 15, late: 0 });

  expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  expect(outcomes.length).toBeGreaterThan(1_200);
  expect(epochOf(pair)).toBeGreaterThan(8);
});

test.each(PAIRINGS)("messages that are epochs late meet the same fate as among officials: %s", async (_, makers) => {
  const weather = { seed: "epochs late", steps: 6_000, lost: 5, late: 150 };
  const expected = await talk(await startPair([official, official]), weather);
  const pair = await startPair(makers);

  expect(await talk(pair, weather)).toEqual(expected);
  expect(new Set(expected)).toEqual(new Set(["ok", "refused"]));
});

/**
 * Alice and Bob speak in turns of fifty. Of each turn five messages come late, by two to ten turns: their ratchet
 * chain is still there for all but the last, so that SPQR's epochs decide.
 */
async function takeTurns(pair: readonly [Peer, Peer]): Promise<readonly string[]> {
  const held: Sealed[][] = [];
  const outcomes: string[] = [];
  for (let turn = 0; turn < 24; turn++) {
    const [from, to] = turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    held[turn] = [];
    for (let i = 0; i < 50; i++) {
      const sealed = await pair[from].encrypt(from === 0 ? BOB : ALICE, TEXT);
      if (i < 5) held[turn]?.push(sealed);
      else outcomes.push(await deliver(pair, to, sealed));
    }
    for (let i = 0; i < 5; i++) {
      const late = held[turn - 2 * (i + 1)]?.[i];
      if (late !== undefined) outcomes.push(`${2 * (i + 1)} turns late: ${await deliver(pair, to, late)}`);
    }
  }
  return outcomes;
}

test.each(PAIRINGS)("ours and official keep the keys of the same epochs: %s", async (_, makers) => {
  const expected = await takeTurns(await startPair([official, official]));
  const pair = await startPair(makers);

  expect(await takeTurns(pair)).toEqual(expected);
  expect(epochOf(pair)).toBeGreaterThan(3);
  expect(expected).toContain("8 turns late: ok");
  expect(expected).toContain("8 turns late: refused");
});

/**
 * Every second message first; then those of the others that are nearly two thousand back, the latest first. The
 * Double Ratchet, which counts what it stores, still has them all.
 */
async function everySecond(pair: readonly [Peer, Peer]): Promise<readonly string[]> {
  const sealed: Sealed[] = [];
  for (let i = 0; i <= 2_100; i++) sealed.push(await pair[0].encrypt(BOB, TEXT));
  for (const [i, message] of sealed.entries()) if (i % 2 === 0) expect(await deliver(pair, 1, message)).toBe("ok");
  const outcomes: string[] = [];
  for (let lag = 1_981; lag < 2_020; lag += 2) {
    outcomes.push(`${lag} back: ${await deliver(pair, 1, sealed[2_100 - lag] as Sealed)}`);
  }
  return outcomes;
}

test("ours and official forget skipped messages at the same point", async () => {
  const expected = await everySecond(await startPair([official, official]));

  expect(await everySecond(await startPair([official, ours]))).toEqual(expected);
  expect(expected).toContain("1999 back: ok");
  expect(expected).toContain("2001 back: refused");
});
