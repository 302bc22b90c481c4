import { concat, copyBytes, equalBytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { eachTruncation } from "../testing/damage.ts";
import { dice, type Party, startPair } from "../testing/spqr-party.ts";
import { decodeSpqrState, encodeSpqrState, type SpqrState } from "./spqr.ts";

/** States of a lively conversation, the last one of every phase, some with skipped keys and three epochs. */
function statesOfEveryPhase(): readonly SpqrState[] {
  const roll = dice("state codec");
  const pair = startPair("state codec");
  const last = new Map<string, SpqrState>();
  for (let i = 0; i < 600; i++) {
    const [from, to] = i % 2 === 0 ? pair : ([...pair].reverse() as [Party, Party]);
    const { message } = from.send();
    if (roll(4) > 0) to.receive(message);
    for (const { state } of pair) last.set(state.braid.phase, state);
  }
  return [...last.values()];
}

const states = statesOfEveryPhase();

test("states of all eleven phases are told", () => {
  expect(states).toHaveLength(11);
  expect(Math.max(...states.map(({ chains }) => chains.epochs.length))).toBe(3);
  expect(states.some(({ chains }) => chains.epochs.some(({ receiving }) => receiving.skipped.length > 0))).toBe(true);
});

test.each(states.map((state) => [state.braid.phase, state] as const))("decoding undoes encoding: %s", (_, state) => {
  expect(decodeSpqrState(encodeSpqrState(state))).toEqual(state);
});

test("a state that is cut short, has a tail, or is of another version is none", () => {
  for (const state of states) {
    const bytes = encodeSpqrState(state);
    const cuts = [...eachTruncation(bytes)].filter((cut) => decodeSpqrState(cut) !== undefined);

    expect(cuts).toEqual([]);
    expect(decodeSpqrState(concat(bytes, Uint8Array.of(0)))).toBeUndefined();
    for (const version of [0, 2])
      expect(decodeSpqrState(concat(Uint8Array.of(version), bytes.slice(1)))).toBeUndefined();
  }
});

test("a damaged state is none, or one that is written the same way", () => {
  for (const state of states) {
    const bytes = encodeSpqrState(state);
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const damaged = copyBytes(bytes);
        damaged[at] = (bytes[at] as number) ^ mask;
        const decoded = decodeSpqrState(damaged);
        const isAsRead = decoded === undefined || equalBytes(encodeSpqrState(decoded), damaged);
        if (!isAsRead) throw new Error(`byte ${at} of ${state.braid.phase} has two encodings`);
      }
    }
  }
});

test("a state takes a few kilobytes at most while nothing is skipped", () => {
  expect(Math.max(...states.map((state) => encodeSpqrState(state).length))).toBeLessThan(6_000);
});
