/** SPQR's key chains: per epoch one for each direction, and per message one key. */
import { type Bytes, concat } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import { hkdf } from "../hkdf.ts";
import { keepSkipped, NO_SKIPPED_KEYS, type SkippedKeys, skippedEntry, takeSkipped } from "./skipped-keys.ts";

/** How far a message may run ahead of the last one, unless it is a session with oneself. */
export const MAX_JUMP = 25_000;
/** How far a message may lag behind the last one. */
export const MAX_LAG = 2_000;
export const MAX_INDEX = 0xffffffff;
/** Epochs kept before the one that we send in. */
const KEPT_EPOCHS = 1;

export type SpqrRole = "initiator" | "responder";
/** `counter` is the index of the last key taken; the first key has index 1. */
export type SendingChain = { readonly next: Bytes; readonly counter: number };
export type ReceivingChain = SendingChain & { readonly skipped: SkippedKeys };
/** No sending chain where we send in a later epoch. */
export type EpochChains = { readonly sending: SendingChain | undefined; readonly receiving: ReceivingChain };
export type KeyChains = {
  readonly role: SpqrRole;
  readonly maxJump: number;
  readonly nextRoot: Bytes;
  /** The epoch of `epochs[0]`; the others follow without a gap. */
  readonly firstEpoch: number;
  readonly sendingEpoch: number;
  readonly epochs: readonly EpochChains[];
};
export type ChainRefusal = "duplicate" | "too-far-ahead" | "too-old" | "out-of-epoch";

/** Epoch 0, from the 32-byte key of the handshake. */
export function startChains(role: SpqrRole, pqrKey: Bytes, maxJump: number): KeyChains {
  const { nextRoot, chains } = deriveEpoch(role, undefined, pqrKey, "Signal PQ Ratchet V1 Chain  Start");
  return { role, maxJump, nextRoot, firstEpoch: 0, sendingEpoch: 0, epochs: [chains] };
}

/** The chains with one more epoch, which must be the next one. */
export function addEpoch(state: KeyChains, epoch: number, secret: Bytes): KeyChains {
  if (epoch !== state.firstEpoch + state.epochs.length) throw new Error("an epoch was left out");
  const { nextRoot, chains } = deriveEpoch(state.role, state.nextRoot, secret, "Signal PQ Ratchet V1 Chain Add Epoch");
  return { ...state, nextRoot, epochs: [...state.epochs, chains] };
}

/** The next key (32) to send with, and its index. `epoch` never goes back: chains before it are dropped. */
export function nextSendingKey(
  state: KeyChains,
  epoch: number,
): { readonly state: KeyChains; readonly index: number; readonly key: Bytes } {
  const firstEpoch = Math.max(state.firstEpoch, epoch - KEPT_EPOCHS);
  const { sending, receiving } = state.epochs[epoch - state.firstEpoch] ?? {};
  if (sending === undefined || receiving === undefined) throw new Error("no chain to send in");
  const { key, chain } = step(sending);
  const epochs = state.epochs.slice(firstEpoch - state.firstEpoch).map((chains, i) => {
    if (firstEpoch + i === epoch) return { sending: chain, receiving };
    return firstEpoch + i < epoch ? { ...chains, sending: undefined } : chains;
  });
  return { state: { ...state, firstEpoch, sendingEpoch: epoch, epochs }, index: chain.counter, key };
}

/** The key (32) of one received message. Costs one HKDF of 64 bytes per message that is jumped over. */
export function receivingKey(
  state: KeyChains,
  epoch: number,
  index: number,
): Result<{ readonly state: KeyChains; readonly key: Bytes }, ChainRefusal> {
  const position = epoch - state.firstEpoch;
  const chains = state.epochs[position];
  if (chains === undefined) return refused("out-of-epoch");
  const taken = takeKey(chains.receiving, index, state.maxJump);
  if (!taken.ok) return taken;
  const epochs = state.epochs.with(position, { ...chains, receiving: taken.value.chain });
  return ok({ state: { ...state, epochs }, key: taken.value.key });
}

function takeKey(
  chain: ReceivingChain,
  index: number,
  maxJump: number,
): Result<{ readonly chain: ReceivingChain; readonly key: Bytes }, ChainRefusal> {
  if (index <= chain.counter) {
    if (index < chain.counter - MAX_LAG) return refused("too-old");
    const taken = takeSkipped(chain.skipped, index);
    return taken ? ok({ chain: { ...chain, skipped: taken.rest }, key: taken.key }) : refused("duplicate");
  }
  if (index - chain.counter > maxJump) return refused("too-far-ahead");
  const oldest = index - MAX_LAG;
  const passed: Bytes[] = [];
  let last = step(chain);
  while (last.chain.counter < index) {
    if (last.chain.counter >= oldest) passed.push(skippedEntry(last.chain.counter, last.key));
    last = step(last.chain);
  }
  return ok({ chain: { ...last.chain, skipped: keepSkipped(chain.skipped, passed, oldest) }, key: last.key });
}

function step({ next, counter }: SendingChain): { readonly chain: SendingChain; readonly key: Bytes } {
  if (counter >= MAX_INDEX) throw new Error("the chain has no more keys");
  const info = concat(new Uint8Array(4), toUtf8("Signal PQ Ratchet V1 Chain Next"));
  new DataView(info.buffer).setUint32(0, counter + 1);
  const keys = hkdf(undefined, next, info, 64);
  return { chain: { next: keys.slice(0, 32), counter: counter + 1 }, key: keys.slice(32) };
}

function deriveEpoch(
  role: SpqrRole,
  root: Bytes | undefined,
  secret: Bytes,
  info: string,
): { readonly nextRoot: Bytes; readonly chains: EpochChains } {
  const keys = hkdf(root, secret, info, 96);
  const [fromInitiator, fromResponder] = [keys.slice(32, 64), keys.slice(64)];
  const [sending, receiving] = role === "initiator" ? [fromInitiator, fromResponder] : [fromResponder, fromInitiator];
  return {
    nextRoot: keys.slice(0, 32),
    chains: {
      sending: { next: sending, counter: 0 },
      receiving: { next: receiving, counter: 0, skipped: NO_SKIPPED_KEYS },
    },
  };
}
