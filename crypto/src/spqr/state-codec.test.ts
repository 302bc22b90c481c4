import { concat, copyBytes, equalBytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { eachTruncation } from "../testing/damage.ts";
import { statesOfEveryPhase } from "../testing/spqr-party.ts";
import { skippedEntry } from "./skipped-keys.ts";
import { decodeSpqrState, encodeSpqrState, type SpqrState } from "./spqr.ts";

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

test("a state that cannot be is none", () => {
  const withSecret = stateIn("ct2-sampled");
  const { chains, braid } = stateIn("header-sent");
  const { sendingEpoch, firstEpoch, epochs } = chains;
  const chunks = braid.phase === "header-sent" ? braid.ct1.chunks : [];
  const full = Array.from({ length: 30 }, (_, index) => ({ index, symbols: new Uint8Array(32) }));
  const withChunks = (list: typeof chunks) => ({ ...braid, ct1: { size: 960, chunks: list } }) as typeof braid;
  const withSkipped = (counter: number, ...indexes: readonly number[]) => {
    const skipped = concat(...indexes.map((index) => skippedEntry(index, new Uint8Array(32))));
    const [first, ...others] = epochs;
    return { ...chains, epochs: [{ ...first, receiving: { ...first?.receiving, counter, skipped } }, ...others] };
  };
  const impossible: readonly (readonly [string, unknown])[] = [
    ["no jump allowed", { chains: { ...chains, maxJump: 0 }, braid }],
    ["no epoch", { chains: { ...chains, epochs: [] }, braid }],
    ["an epoch too few", { chains: { ...chains, epochs: epochs.slice(1) }, braid }],
    [
      "another first epoch",
      { chains: { ...chains, firstEpoch: firstEpoch + 1, sendingEpoch: sendingEpoch + 1 }, braid },
    ],
    [
      "an epoch for a secret that is not known",
      { chains: withSecret.chains, braid: { ...braid, epoch: withSecret.braid.epoch } },
    ],
    ["sending in the epoch under agreement", sendingTooFar(withSecret)],
    ["a sending chain that was to be dropped", { chains: { ...chains, sendingEpoch: sendingEpoch + 1 }, braid }],
    ["the same chunk twice", { chains, braid: withChunks([...chunks.slice(0, 1), ...chunks.slice(0, 1)]) }],
    ["enough chunks, but not decoded", { chains, braid: withChunks(full) }],
    ["chunk 65,536", { chains, braid: withChunks([{ index: 65_536, symbols: new Uint8Array(32) }]) }],
    ["skipped keys out of order", { chains: withSkipped(10, 5, 4), braid }],
    ["a skipped key twice", { chains: withSkipped(10, 5, 5), braid }],
    ["a skipped key that is still to come", { chains: withSkipped(10, 10), braid }],
    ["a skipped key of index 0", { chains: withSkipped(10, 0), braid }],
    ["a skipped key that is too old", { chains: withSkipped(3_000, 999), braid }],
  ];

  expect(chunks.length).toBeGreaterThan(0);
  expect(
    decodeSpqrState(encodeSpqrState({ chains: withSkipped(3_000, 1_000, 2_999), braid } as SpqrState)),
  ).toBeDefined();
  for (const [name, state] of impossible) {
    expect(decodeSpqrState(encodeSpqrState(state as SpqrState)), name).toBeUndefined();
  }
});

function stateIn(phase: SpqrState["braid"]["phase"]): SpqrState {
  const state = states.find(({ braid }) => braid.phase === phase);
  if (state === undefined) throw new Error(`no state in ${phase}`);
  return state;
}

function sendingTooFar({ chains, braid }: SpqrState): SpqrState {
  const epochs = chains.epochs.map((epoch, i) =>
    chains.firstEpoch + i < braid.epoch ? { ...epoch, sending: undefined } : epoch,
  );
  return { chains: { ...chains, sendingEpoch: braid.epoch, epochs }, braid };
}

test("a state takes a few kilobytes at most while nothing is skipped", () => {
  expect(Math.max(...states.map((state) => encodeSpqrState(state).length))).toBeLessThan(6_000);
});
