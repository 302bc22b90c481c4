/** The edwards25519 side of an X25519 key. Public values only: this is all that the relay is linked against. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, copyBytes, equalBytes } from "@tacit/shared/bytes";

const { Point } = ed25519;
const { Fp, Fn } = Point;

/** What an Ed25519 verifier takes: a compressed point (32) and R || s (64). */
export type Ed25519Claim = { readonly publicKey: Bytes; readonly signature: Bytes };

/**
 * Restates an XEdDSA claim for an Ed25519 verifier: `coordinate` is the u-coordinate (32), `signature` 64 bytes whose
 * last top bit carries the sign of the Edwards point, as libsignal has it. `undefined` where a length is wrong, u is
 * not below p, or u is -1, which has no counterpart. XEdDSA §2.3 and §2.4 (signal.org/docs/specifications/xeddsa).
 */
export function toEd25519Claim(coordinate: Uint8Array, signature: Uint8Array): Ed25519Claim | undefined {
  if (coordinate.length !== 32 || signature.length !== 64) return undefined;
  const u = bytesToNumberLE(coordinate);
  if (u >= Fp.ORDER - 1n) return undefined;
  const publicKey = copyBytes(Fp.toBytes(Fp.div(Fp.sub(u, Fp.ONE), Fp.add(u, Fp.ONE))));
  const plain = copyBytes(signature);
  const last = plain[63] as number;
  publicKey[31] = (publicKey[31] as number) | (last & 0x80);
  plain[63] = last & 0x7f;
  return { publicKey, signature: plain };
}

/**
 * Ed25519 verification, RFC 8032 §5.1.7, in its strictest reading: s < L, canonical points, A not of small order, and
 * the cofactorless equation compared byte by byte (noble's own is cofactored). False where a length is wrong.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const commitment = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  if (s >= Fn.ORDER) return false;
  const point = decompress(publicKey);
  if (point === undefined || point.isSmallOrder()) return false;
  const h = Fn.create(bytesToNumberLE(sha512(concat(commitment, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(h));
  return equalBytes(expected.toBytes(), commitment);
}

function decompress(bytes: Uint8Array): InstanceType<typeof Point> | undefined {
  try {
    return Point.fromBytes(bytes, false);
  } catch {
    return undefined;
  }
}
