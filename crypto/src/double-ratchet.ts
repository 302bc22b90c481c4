/**
 * The Double Ratchet (signal.org/docs/specifications/doubleratchet §3) without header encryption, as libsignal has
 * it. All state is immutable: a step returns the next state and leaves the old one as it was.
 */
import { type Bytes, equalBytes, wipe } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { hkdf, hmacSha256 } from "./hkdf.ts";
import { agree, agreeAfresh, type FreshAgreement, type KeyPair, type PublicKey } from "./keys.ts";
import type { SessionSecrets } from "./pqxdh.ts";
import { type RandomSource, type Step, together } from "./primitives.ts";

/** `index` is the counter of the next message. */
export type SenderChain = { readonly ratchetKey: KeyPair; readonly chainKey: Bytes; readonly index: number };
export type SkippedSeed = { readonly index: number; readonly seed: Bytes };
export type ReceiverChain = {
  readonly ratchetKey: PublicKey;
  readonly chainKey: Bytes;
  readonly index: number;
  /** By rising index. */
  readonly skipped: readonly SkippedSeed[];
};
/** Secret but for the public keys. */
export type Ratchet = {
  readonly rootKey: Bytes;
  readonly sender: SenderChain;
  /** How far the sender chain before this one got, as the wire wants it. */
  readonly previousCounter: number;
  /** Oldest first. */
  readonly receivers: readonly ReceiverChain[];
};

export const MAX_RECEIVER_CHAINS = 5;
export const MAX_SKIPPED_SEEDS = 2_000;
export const MAX_JUMP = 25_000;
/** What a session with another device of the same account is allowed: no limit but the counter's own. */
export const MAX_SELF_JUMP = 0xffff_ffff;

const MESSAGE_SEED = Uint8Array.of(0x01);
const NEXT_CHAIN = Uint8Array.of(0x02);

/** `ratchetKey` is a fresh one, with its agreement with their signed prekey, whose secret is wiped. */
export function startInitiatorRatchet(
  secrets: SessionSecrets,
  theirSignedPreKey: PublicKey,
  ratchetKey: FreshAgreement,
): Ratchet {
  const { rootKey, chainKey } = rootStep(secrets.rootKey, ratchetKey.shared);
  return {
    rootKey,
    sender: { ratchetKey: ratchetKey.ours, chainKey, index: 0 },
    previousCounter: 0,
    receivers: [{ ratchetKey: theirSignedPreKey, chainKey: secrets.chainKey, index: 0, skipped: [] }],
  };
}

export function startResponderRatchet(secrets: SessionSecrets, signedPreKey: KeyPair): Ratchet {
  return {
    rootKey: secrets.rootKey,
    sender: { ratchetKey: signedPreKey, chainKey: secrets.chainKey, index: 0 },
    previousCounter: 0,
    receivers: [],
  };
}

/** The seed (32) of the next message to send; its counter is `ratchet.sender.index`. */
export function takeSendingSeed(ratchet: Ratchet): { readonly ratchet: Ratchet; readonly seed: Bytes } {
  const { chainKey, index } = ratchet.sender;
  const sender = { ...ratchet.sender, chainKey: nextChainKey(chainKey), index: index + 1 };
  return { ratchet: { ...ratchet, sender }, seed: seedOf(chainKey) };
}

export type Arrival = { readonly ratchetKey: PublicKey; readonly counter: number };

/**
 * The seed (32) of a message that has arrived, after a DH ratchet step where its ratchet key is new. "duplicate": the
 * seed was taken, or dropped after `MAX_SKIPPED_SEEDS` later ones. "refused": more than `maxJump` ahead, or a ratchet
 * key of small order. Nothing here is authentic before the message's MAC is. A new key takes 32 bytes of `random`.
 */
export function* takeReceivingSeed(
  ratchet: Ratchet,
  { ratchetKey, counter }: Arrival,
  maxJump: number,
  random: RandomSource,
): Step<Result<{ readonly ratchet: Ratchet; readonly seed: Bytes }, "duplicate" | "refused">> {
  const isKnown = ratchet.receivers.some((chain) => equalBytes(chain.ratchetKey, ratchetKey));
  const turned = isKnown ? ratchet : yield* turn(ratchet, ratchetKey, random);
  const chain = turned?.receivers.find((candidate) => equalBytes(candidate.ratchetKey, ratchetKey));
  if (turned === undefined || chain === undefined) return refused("refused");
  const taken = counter < chain.index ? takeSkipped(chain, counter) : takeAhead(chain, counter, maxJump);
  if (!taken.ok) return taken;
  const receivers = turned.receivers.map((candidate) => (candidate === chain ? taken.value.chain : candidate));
  return ok({ ratchet: { ...turned, receivers }, seed: taken.value.seed });
}

/** The DH ratchet step: a receiver chain for their new key, and a sender chain under a new key of ours. */
function* turn(ratchet: Ratchet, theirKey: PublicKey, random: RandomSource): Step<Ratchet | undefined> {
  const [shared, fresh] = yield* together(
    agree(ratchet.sender.ratchetKey.privateKey, theirKey),
    agreeAfresh(theirKey, random),
  );
  if (shared === undefined || fresh === undefined) return undefined;
  const receiving = rootStep(ratchet.rootKey, shared);
  const sending = rootStep(receiving.rootKey, fresh.shared);
  const receiver = { ratchetKey: theirKey, chainKey: receiving.chainKey, index: 0, skipped: [] };
  return {
    rootKey: sending.rootKey,
    sender: { ratchetKey: fresh.ours, chainKey: sending.chainKey, index: 0 },
    previousCounter: Math.max(0, ratchet.sender.index - 1),
    receivers: [...ratchet.receivers, receiver].slice(-MAX_RECEIVER_CHAINS),
  };
}

type Taken = Result<{ readonly chain: ReceiverChain; readonly seed: Bytes }, "duplicate" | "refused">;

function takeSkipped(chain: ReceiverChain, counter: number): Taken {
  const found = chain.skipped.find(({ index }) => index === counter);
  if (found === undefined) return refused("duplicate");
  return ok({ chain: { ...chain, skipped: chain.skipped.filter((seed) => seed !== found) }, seed: found.seed });
}

function takeAhead(chain: ReceiverChain, counter: number, maxJump: number): Taken {
  // The last counter has no successor that the wire could carry.
  if (counter - chain.index > maxJump || counter >= 0xffff_ffff) return refused("refused");
  const skipped = [...chain.skipped];
  let { chainKey } = chain;
  for (let index = chain.index; index < counter; index++) {
    if (counter - index <= MAX_SKIPPED_SEEDS) skipped.push({ index, seed: seedOf(chainKey) });
    chainKey = nextChainKey(chainKey);
  }
  const kept = skipped.slice(-MAX_SKIPPED_SEEDS);
  const after = { ...chain, chainKey: nextChainKey(chainKey), index: counter + 1, skipped: kept };
  return ok({ chain: after, seed: seedOf(chainKey) });
}

function seedOf(chainKey: Bytes): Bytes {
  return hmacSha256(chainKey, MESSAGE_SEED);
}

function nextChainKey(chainKey: Bytes): Bytes {
  return hmacSha256(chainKey, NEXT_CHAIN);
}

/** Wipes `shared`. */
function rootStep(rootKey: Bytes, shared: Bytes): { readonly rootKey: Bytes; readonly chainKey: Bytes } {
  const output = hkdf(rootKey, shared, "WhisperRatchet", 64);
  wipe(shared);
  return { rootKey: output.slice(0, 32), chainKey: output.slice(32) };
}
