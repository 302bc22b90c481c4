/**
 * ML-KEM-768 (FIPS 203) in the pieces that SPQR sends one by one. An encapsulation key is a header, rho (32) ||
 * SHA3-256(key) (32), and a vector (1152); a ciphertext is ct1 (960), which needs the header only, and ct2 (128).
 */
import { sha3_256, sha3_512 } from "@noble/hashes/sha3.js";
import { type Bytes, concat, copyBytes, equalBytes, wipe } from "@tacit/shared/bytes";
import { ask, type Step } from "../primitives.ts";
import { ciphertextHead } from "./ciphertext-head.ts";

export const KEM_SEED_BYTES = 64;
export const KEM_MESSAGE_BYTES = 32;
export const HEADER_BYTES = 64;
export const VECTOR_BYTES = 1152;
export const CT1_BYTES = 960;
export const CT2_BYTES = 128;
const RHO_BYTES = 32;

export type KemKey = { readonly header: Bytes; readonly vector: Bytes };
export type Encapsulation = { readonly ct1: Bytes; readonly secret: Bytes };

/** The public key of a seed (d || z, 64 bytes), in its two pieces. */
export function* kemKeyOf(seed: Bytes): Step<KemKey> {
  const publicKey = yield* ask({ op: "kem-public", size: 768, seed });
  const vector = publicKey.slice(0, VECTOR_BYTES);
  return { header: concat(publicKey.subarray(VECTOR_BYTES), sha3_256(publicKey)), vector };
}

/** ct1 and the shared secret (32), from the header and 32 random bytes. */
export function encapsulateHead(header: Bytes, message: Bytes): Encapsulation {
  const derived = sha3_512(concat(message, header.subarray(RHO_BYTES)));
  const encapsulation = {
    ct1: ciphertextHead(header.subarray(0, RHO_BYTES), derived.subarray(32)),
    secret: copyBytes(derived.subarray(0, 32)),
  };
  wipe(derived);
  return encapsulation;
}

/**
 * ct2 for the same header and random bytes. `undefined` where the vector is not the one that the header promises, or
 * fails the modulus check of FIPS 203 §7.2. Throws if `ct1` is not what `encapsulateHead` made of them.
 */
export function* encapsulateTail(header: Bytes, vector: Bytes, message: Bytes, ct1: Bytes): Step<Bytes | undefined> {
  const publicKey = concat(vector, header.subarray(0, RHO_BYTES));
  if (!equalBytes(sha3_256(publicKey), header.subarray(RHO_BYTES))) return undefined;
  const whole = yield* ask({ op: "kem-encaps-internal", size: 768, publicKey, message });
  if (whole === undefined) return undefined;
  if (!equalBytes(whole.ciphertext.subarray(0, CT1_BYTES), ct1)) throw new Error("two ciphertexts of one key differ");
  return whole.ciphertext.slice(CT1_BYTES);
}

/** The shared secret (32) of a ciphertext for the key of `seed`; unrelated bytes where it is not honest. */
export function* decapsulate(seed: Bytes, ct1: Bytes, ct2: Bytes): Step<Bytes> {
  return yield* ask({ op: "kem-decaps", size: 768, seed, ciphertext: concat(ct1, ct2) });
}
