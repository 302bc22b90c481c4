import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { coordinateOf, type PublicKey } from "./keys.ts";

const { Point } = ed25519;
const { Fp } = Point;

/** Whether the u-coordinate is below p: one key, one encoding. Every key that X25519 outputs is. */
export function isCanonical(publicKey: PublicKey): boolean {
  return bytesToNumberLE(coordinateOf(publicKey)) < Fp.ORDER;
}

/**
 * Whether the key is canonical and its point, mapped to edwards25519 (RFC 7748 §4.1), is on the curve and in the
 * prime-order group: what a base key must be, so that nobody can restate a first message under an equivalent key.
 */
export function isPrimeOrder(publicKey: PublicKey): boolean {
  const u = bytesToNumberLE(coordinateOf(publicKey));
  if (u >= Fp.ORDER - 1n) return false;
  const y = Fp.toBytes(Fp.div(Fp.sub(u, Fp.ONE), Fp.add(u, Fp.ONE)));
  try {
    const point = Point.fromBytes(y, false);
    return !point.is0() && point.isTorsionFree();
  } catch {
    return false;
  }
}
