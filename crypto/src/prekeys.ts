/** The keys that others start sessions with: made here, published by a relay, private halves kept by the store. */
import type { Bytes } from "@tacit/shared/bytes";
import { isCanonical } from "./canonical-key.ts";
import { generateKeyPair, type KeyPair, type PublicKey } from "./keys.ts";
import { generateKyberKeyPair, type KyberKeyPair, type KyberPublicKey } from "./kyber1024.ts";
import { type RandomSource, type Step, together } from "./primitives.ts";
import { signXeddsa, verifyXeddsa, xeddsaSigner } from "./xeddsa.ts";

/** Every id is an unsigned 32-bit number; 0 is one. */
export type PreKeyRecord = { readonly id: number; readonly keyPair: KeyPair };
/** `signature` is the identity key's, over the public key (33). */
export type SignedPreKeyRecord = PreKeyRecord & { readonly signature: Bytes };
/** `signature` is the identity key's, over the public key (1569). One-time or last resort: only the store knows. */
export type KyberPreKeyRecord = { readonly id: number; readonly keyPair: KyberKeyPair; readonly signature: Bytes };

/** What a relay hands out about one device. Nothing in it is believed before `isBundleSigned`. */
export type PreKeyBundle = {
  readonly registrationId: number;
  readonly deviceId: number;
  readonly identityKey: PublicKey;
  readonly signedPreKey: { readonly id: number; readonly publicKey: PublicKey; readonly signature: Bytes };
  readonly kyberPreKey: { readonly id: number; readonly publicKey: KyberPublicKey; readonly signature: Bytes };
  readonly oneTimePreKey: { readonly id: number; readonly publicKey: PublicKey } | undefined;
};

const LAST_ID = 0xffff_ffff;

/** Ids `startId` up to `startId + count - 1`. Throws `RangeError` past 2^32 - 1. Takes 32 bytes of `random` for each. */
export function* generatePreKeys(startId: number, count: number, random: RandomSource): Step<readonly PreKeyRecord[]> {
  const ids = checkedIds(startId, count);
  const keyPairs = yield* together(...ids.map(() => generateKeyPair(random)));
  return keyPairs.map((keyPair, i) => ({ id: ids[i] as number, keyPair }));
}

/** Takes 96 bytes of `random`. Throws `RangeError` on an id that is no unsigned 32-bit number. */
export function* generateSignedPreKey(id: number, identity: KeyPair, random: RandomSource): Step<SignedPreKeyRecord> {
  checkedIds(id, 1);
  const keyPair = yield* generateKeyPair(random);
  return { id, keyPair, signature: signXeddsa(identity.privateKey, keyPair.publicKey, random) };
}

/** Takes 128 bytes of `random`. Throws `RangeError` on an id that is no unsigned 32-bit number. */
export function* generateKyberPreKey(id: number, identity: KeyPair, random: RandomSource): Step<KyberPreKeyRecord> {
  checkedIds(id, 1);
  const keyPair = yield* generateKyberKeyPair(random);
  return { id, keyPair, signature: signXeddsa(identity.privateKey, keyPair.publicKey, random) };
}

/** Ids as of `generatePreKeys`. Takes 64 bytes of `random` for each pair, and then 64 for each signature. */
export function* generateKyberPreKeys(
  startId: number,
  count: number,
  identity: KeyPair,
  random: RandomSource,
): Step<readonly KyberPreKeyRecord[]> {
  const ids = checkedIds(startId, count);
  const keyPairs = yield* together(...ids.map(() => generateKyberKeyPair(random)));
  const sign = xeddsaSigner(identity.privateKey);
  return keyPairs.map((keyPair, i) => ({
    id: ids[i] as number,
    keyPair,
    signature: sign(keyPair.publicKey, random),
  }));
}

/** Whether both signed keys are the identity key's own. There is no signature over a one-time key. */
export function* isBundleSigned({ identityKey, signedPreKey, kyberPreKey }: PreKeyBundle): Step<boolean> {
  const [isSigned, isKyberSigned] = yield* together(
    verifyXeddsa(identityKey, signedPreKey.publicKey, signedPreKey.signature),
    verifyXeddsa(identityKey, kyberPreKey.publicKey, kyberPreKey.signature),
  );
  return isSigned && isKyberSigned;
}

/** Whether every X25519 key of the bundle has its one encoding. */
export function isBundleCanonical({ identityKey, signedPreKey, oneTimePreKey }: PreKeyBundle): boolean {
  return (
    isCanonical(identityKey) &&
    isCanonical(signedPreKey.publicKey) &&
    (oneTimePreKey === undefined || isCanonical(oneTimePreKey.publicKey))
  );
}

function checkedIds(startId: number, count: number): readonly number[] {
  const isStart = Number.isInteger(startId) && startId >= 0;
  if (!isStart || startId + count - 1 > LAST_ID) throw new RangeError("a prekey id is an unsigned 32-bit number");
  return Array.from({ length: count }, (_, i) => startId + i);
}
