/** The keys that others start sessions with: made here, published by a relay, private halves kept by the store. */
import type { Bytes } from "@tacit/shared/bytes";
import { isCanonical } from "./canonical-key.ts";
import { generateKeyPair, type KeyPair, type PublicKey } from "./keys.ts";
import { generateKyberKeyPair, type KyberKeyPair, type KyberPublicKey } from "./kyber1024.ts";
import type { RandomSource, Step } from "./primitives.ts";
import { signXeddsa, verifyXeddsa } from "./xeddsa.ts";

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
  const records: PreKeyRecord[] = [];
  for (let i = 0; i < count; i++) {
    records.push({ id: checkedId(startId + i), keyPair: yield* generateKeyPair(random) });
  }
  return records;
}

/** Takes 96 bytes of `random`. Throws `RangeError` on an id that is no unsigned 32-bit number. */
export function* generateSignedPreKey(id: number, identity: KeyPair, random: RandomSource): Step<SignedPreKeyRecord> {
  const keyPair = yield* generateKeyPair(random);
  return { id: checkedId(id), keyPair, signature: signXeddsa(identity.privateKey, keyPair.publicKey, random) };
}

/** Takes 128 bytes of `random`. Throws `RangeError` on an id that is no unsigned 32-bit number. */
export function* generateKyberPreKey(id: number, identity: KeyPair, random: RandomSource): Step<KyberPreKeyRecord> {
  const keyPair = yield* generateKyberKeyPair(random);
  return { id: checkedId(id), keyPair, signature: signXeddsa(identity.privateKey, keyPair.publicKey, random) };
}

/** Whether both signed keys are the identity key's own. There is no signature over a one-time key. */
export function* isBundleSigned({ identityKey, signedPreKey, kyberPreKey }: PreKeyBundle): Step<boolean> {
  for (const { publicKey, signature } of [signedPreKey, kyberPreKey]) {
    if (!(yield* verifyXeddsa(identityKey, publicKey, signature))) return false;
  }
  return true;
}

/** Whether every X25519 key of the bundle has its one encoding. */
export function isBundleCanonical({ identityKey, signedPreKey, oneTimePreKey }: PreKeyBundle): boolean {
  return (
    isCanonical(identityKey) &&
    isCanonical(signedPreKey.publicKey) &&
    (oneTimePreKey === undefined || isCanonical(oneTimePreKey.publicKey))
  );
}

function checkedId(id: number): number {
  if (!Number.isInteger(id) || id < 0 || id > LAST_ID) throw new RangeError("a prekey id is an unsigned 32-bit number");
  return id;
}
