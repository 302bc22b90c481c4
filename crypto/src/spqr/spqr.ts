/**
 * The Sparse Post-Quantum Ratchet, version 1, the third of the Triple Ratchet that works with ML-KEM. Each message
 * carries a few bytes of a key agreement that takes about forty messages each way, and gets a key for its own
 * encryption. State is a value: a step gives a new one and leaves the old one as it was.
 */
import type { Bytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { RandomSource, Step } from "../primitives.ts";
import { receiveBraid, sendBraid } from "./braid.ts";
import { type Braid, type BraidRefusal, startBraid } from "./braid-state.ts";
import {
  addEpoch,
  type ChainRefusal,
  type KeyChains,
  MAX_INDEX,
  MAX_JUMP,
  nextSendingKey,
  receivingKey,
  type SpqrRole,
  startChains,
} from "./chain.ts";
import { decodeMessage, encodeMessage } from "./message-codec.ts";
import { decodeState, encodeState } from "./state-codec.ts";

export type { SpqrRole } from "./chain.ts";
export type SpqrState = { readonly chains: KeyChains; readonly braid: Braid };
export type SpqrRefusal = "malformed" | ChainRefusal | BraidRefusal;
/** `key` (32) is the HKDF salt of the message's own keys, `message` travels beside the ciphertext, under its MAC. */
export type SpqrSent = { readonly state: SpqrState; readonly message: Bytes; readonly key: Bytes | undefined };
export type SpqrReceived = { readonly state: SpqrState; readonly key: Bytes | undefined };

/**
 * The state after a handshake that gave `pqrKey` (32 bytes). `maxJump` is how many messages may be jumped over at
 * once: 25,000, but for sessions with oneself, which have no such limit (2^32 - 1).
 */
export function startSpqr(
  role: SpqrRole,
  pqrKey: Bytes,
  { maxJump = MAX_JUMP }: { readonly maxJump?: number } = {},
): SpqrState {
  if (pqrKey.length !== 32) throw new RangeError("the handshake's key has 32 bytes");
  if (!Number.isInteger(maxJump) || maxJump < 1 || maxJump > MAX_INDEX) throw new RangeError("not a jump limit");
  return { chains: startChains(role, pqrKey, maxJump), braid: startBraid(role, pqrKey) };
}

/** The bytes to send with the next message, and its key. Takes 64 or 32 bytes of `random` once an epoch. */
export function* sendSpqr(state: SpqrState, random: RandomSource): Step<SpqrSent> {
  const { epoch } = state.braid;
  const { braid, payload, secret } = yield* sendBraid(state.braid, random);
  const chains = secret === undefined ? state.chains : addEpoch(state.chains, epoch, secret);
  const sending = nextSendingKey(chains, epoch - 1);
  const message = encodeMessage({ epoch, index: sending.index, payload });
  return { state: { chains: sending.state, braid }, message, key: sending.key };
}

/**
 * Takes the bytes that came with a message, and gives its key. Keep the new state only if the message itself proves
 * genuine: the bytes are not authenticated before.
 */
export function* receiveSpqr(state: SpqrState, message: Bytes): Step<Result<SpqrReceived, SpqrRefusal>> {
  const decoded = decodeMessage(message);
  if (decoded === undefined) return refused("malformed");
  const received = yield* receiveBraid(state.braid, decoded);
  if (!received.ok) return received;
  const { braid, secret } = received.value;
  const chains = secret === undefined ? state.chains : addEpoch(state.chains, state.braid.epoch, secret);
  const taken = receivingKey(chains, decoded.epoch - 1, decoded.index);
  return taken.ok ? ok({ state: { chains: taken.value.state, braid }, key: taken.value.key }) : taken;
}

/** The state as bytes: a version byte, then what spqr/state-codec.ts says. Secret. */
export function encodeSpqrState(state: SpqrState): Bytes {
  return encodeState(state);
}

/** Undoes `encodeSpqrState`. `undefined` where the bytes are not one whole state; never throws. */
export function decodeSpqrState(bytes: Bytes): SpqrState | undefined {
  return decodeState(bytes);
}
