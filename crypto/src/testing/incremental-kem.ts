import { sha3_256 } from "@noble/hashes/sha3.js";
import { type Bytes, concat } from "@tacit/shared/bytes";
import { noblePrimitives } from "../noble-primitives.ts";
import { run } from "../primitives.ts";
import { encapsulateHead, encapsulateTail, type KemKey } from "../spqr/incremental-kem.ts";

/** A whole ML-KEM-768 encapsulation key (1184) in the two pieces of SPQR. For tests only. */
export function splitKey(publicKey: Bytes): KemKey {
  return { vector: publicKey.slice(0, 1152), header: concat(publicKey.subarray(1152), sha3_256(publicKey)) };
}

/** An encapsulation in SPQR's two steps, put together; `undefined` where the key is refused. For tests only. */
export function encapsulateInTwo(
  { header, vector }: KemKey,
  message: Bytes,
): { readonly ciphertext: Bytes; readonly secret: Bytes } | undefined {
  const { ct1, secret } = encapsulateHead(header, message);
  const ct2 = run(encapsulateTail(header, vector, message, ct1), noblePrimitives);
  return ct2 && { ciphertext: concat(ct1, ct2), secret };
}
