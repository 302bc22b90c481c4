/**
 * Kyber1024 of round 3 as libsignal has it (key type 0x08), in terms of ML-KEM-1024 (FIPS 203): the same keys and
 * ciphertexts, and one SHAKE line over the shared secret. PQXDH §2.2 (signal.org/docs/specifications/pqxdh).
 */
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import type { Brand } from "@tacit/shared/brand";
import { type Bytes, concat, copyBytes, wipe } from "@tacit/shared/bytes";
import { ask, type RandomSource, type Step } from "./primitives.ts";

/** 0x08, then the ML-KEM-1024 encapsulation key (1568). */
export type KyberPublicKey = Brand<Bytes, "KyberPublicKey">;
/** 0x08, then the seed (64) that the ML-KEM-1024 pair is made of. Secret. No wire knows this form. */
export type KyberSecretKey = Brand<Bytes, "KyberSecretKey">;
/** 0x08, then the ML-KEM-1024 ciphertext (1568). */
export type KyberCiphertext = Brand<Bytes, "KyberCiphertext">;
export type KyberKeyPair = { readonly publicKey: KyberPublicKey; readonly secretKey: KyberSecretKey };
export type Encapsulated = { readonly ciphertext: KyberCiphertext; readonly sharedSecret: Bytes };

export const KYBER_PUBLIC_KEY_BYTES = 1569;
export const KYBER_SECRET_KEY_BYTES = 65;
export const KYBER_CIPHERTEXT_BYTES = 1569;
const KYBER1024_TYPE = 0x08;

/** `undefined` unless the type byte and the length are right. The modulus is checked on encapsulation. */
export function parseKyberPublicKey(bytes: Uint8Array): KyberPublicKey | undefined {
  return isTyped(bytes, KYBER_PUBLIC_KEY_BYTES) ? (copyBytes(bytes) as KyberPublicKey) : undefined;
}

/** `undefined` unless the type byte and the length are right. */
export function parseKyberSecretKey(bytes: Uint8Array): KyberSecretKey | undefined {
  return isTyped(bytes, KYBER_SECRET_KEY_BYTES) ? (copyBytes(bytes) as KyberSecretKey) : undefined;
}

/** `undefined` unless the type byte and the length are right. */
export function parseKyberCiphertext(bytes: Uint8Array): KyberCiphertext | undefined {
  return isTyped(bytes, KYBER_CIPHERTEXT_BYTES) ? (copyBytes(bytes) as KyberCiphertext) : undefined;
}

/** Takes 64 bytes of `random`: d || z. */
export function* generateKyberKeyPair(random: RandomSource): Step<KyberKeyPair> {
  const seed = random(64);
  const publicKey = typed(yield* ask({ op: "kem-public", size: 1024, seed })) as KyberPublicKey;
  const secretKey = typed(seed) as KyberSecretKey;
  wipe(seed);
  return { publicKey, secretKey };
}

/** Takes 32 bytes of `random`. `undefined` where the key fails the modulus check of FIPS 203 §7.2. */
export function* encapsulate(publicKey: KyberPublicKey, random: RandomSource): Step<Encapsulated | undefined> {
  const coins = random(32);
  const hashed = copyBytes(sha3_256(coins));
  const answer = yield* ask({ op: "kem-encaps", size: 1024, publicKey: publicKey.slice(1), coins: hashed });
  wipe(coins, hashed);
  if (answer === undefined) return undefined;
  return {
    ciphertext: typed(answer.ciphertext) as KyberCiphertext,
    sharedSecret: toRound3(answer.sharedSecret, answer.ciphertext),
  };
}

/** 32 bytes. A ciphertext that was not made for this key gives an unrelated secret, never an error. */
export function* decapsulate(secretKey: KyberSecretKey, ciphertext: KyberCiphertext): Step<Bytes> {
  const plain = ciphertext.slice(1);
  const seed = secretKey.slice(1);
  const sharedSecret = yield* ask({ op: "kem-decaps", size: 1024, seed, ciphertext: plain });
  wipe(seed);
  return toRound3(sharedSecret, plain);
}

/** What FIPS 203 dropped from round 3: SHAKE256(secret || SHA3-256(ciphertext), 32). Wipes `sharedSecret`. */
function toRound3(sharedSecret: Bytes, ciphertext: Bytes): Bytes {
  const input = concat(sharedSecret, sha3_256(ciphertext));
  const secret = copyBytes(shake256(input, { dkLen: 32 }));
  wipe(input, sharedSecret);
  return secret;
}

function typed(key: Bytes): Bytes {
  return concat(Uint8Array.of(KYBER1024_TYPE), key);
}

function isTyped(bytes: Uint8Array, length: number): boolean {
  return bytes.length === length && bytes[0] === KYBER1024_TYPE;
}
