import type { Brand } from "@tacit/shared/brand";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { ask, type RandomSource, type Step } from "./primitives.ts";

/** An X25519 public key as it crosses the wire: type byte 0x05, then the u-coordinate (32). */
export type PublicKey = Brand<Bytes, "PublicKey">;
/** An X25519 private key: 32 bytes, clamped. Secret. */
export type PrivateKey = Brand<Bytes, "PrivateKey">;
export type KeyPair = { readonly publicKey: PublicKey; readonly privateKey: PrivateKey };

export const PUBLIC_KEY_BYTES = 33;
const DJB_TYPE = 0x05;

/** `undefined` unless `bytes` are exactly 0x05 and 32 bytes. Stricter than libsignal, which tolerates a tail. */
export function parsePublicKey(bytes: Uint8Array): PublicKey | undefined {
  if (bytes.length !== PUBLIC_KEY_BYTES || bytes[0] !== DJB_TYPE) return undefined;
  return copyBytes(bytes) as PublicKey;
}

/** The 32-byte u-coordinate. */
export function coordinateOf(publicKey: PublicKey): Bytes {
  return publicKey.slice(1);
}

/** Clamps (RFC 7748 §5) a copy of 32 bytes. Throws `RangeError` on another length. */
export function toPrivateKey(bytes: Uint8Array): PrivateKey {
  if (bytes.length !== 32) throw new RangeError("a private key has 32 bytes");
  const key = copyBytes(bytes);
  key[0] = (key[0] as number) & 248;
  key[31] = ((key[31] as number) & 127) | 64;
  return key as PrivateKey;
}

export function* toKeyPair(privateKey: PrivateKey): Step<KeyPair> {
  const coordinate = yield* ask({ op: "x25519-public", privateKey });
  return { privateKey, publicKey: concat(Uint8Array.of(DJB_TYPE), coordinate) as PublicKey };
}

/** Takes 32 bytes of `random`. */
export function* generateKeyPair(random: RandomSource): Step<KeyPair> {
  return yield* toKeyPair(toPrivateKey(random(32)));
}

/** What a fresh key pair of ours and a key of theirs come to. */
export type FreshAgreement = { readonly ours: KeyPair; readonly shared: Bytes };

/** `undefined` where their key is of small order. Takes 32 bytes of `random`. */
export function* agreeAfresh(theirs: PublicKey, random: RandomSource): Step<FreshAgreement | undefined> {
  const ours = yield* generateKeyPair(random);
  const shared = yield* agree(ours.privateKey, theirs);
  return shared && { ours, shared };
}

/** X25519. `undefined` where the output would be all zero (a small-order point). */
export function* agree(privateKey: PrivateKey, publicKey: PublicKey): Step<Bytes | undefined> {
  return yield* ask({ op: "x25519", privateKey, publicKey: coordinateOf(publicKey) });
}
