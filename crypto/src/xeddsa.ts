/**
 * Signatures by X25519 keys: XEdDSA (signal.org/docs/specifications/xeddsa) with libsignal's deviation, that the sign
 * of the Edwards point travels in the last bit of the signature instead of being forced to zero.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, wipe } from "@tacit/shared/bytes";
import { toEd25519Claim } from "./edwards.ts";
import { coordinateOf, type PrivateKey, type PublicKey } from "./keys.ts";
import { ask, type RandomSource, type Step } from "./primitives.ts";

export const SIGNATURE_BYTES = 64;

const { Point } = ed25519;
const { Fn } = Point;
/** hash_1 of XEdDSA §2.5: 2^256 - 2, little endian. */
const HASH_1 = new Uint8Array(32).fill(0xff).fill(0xfe, 0, 1);

/** R || s (64), the sign of A in the top bit. Takes 64 bytes of `random`; verifiers accept any. */
export function signXeddsa(privateKey: PrivateKey, message: Uint8Array, random: RandomSource): Bytes {
  return xeddsaSigner(privateKey)(message, random);
}

/** `signXeddsa` for many messages by one key, each for half the work. Holds the secret. */
export function xeddsaSigner(privateKey: PrivateKey): (message: Uint8Array, random: RandomSource) => Bytes {
  const a = Fn.create(bytesToNumberLE(privateKey));
  const publicPoint = Point.BASE.multiply(a).toBytes();
  return (message, random) => sign({ privateKey, a, publicPoint }, message, random);
}

type Signer = { readonly privateKey: PrivateKey; readonly a: bigint; readonly publicPoint: Uint8Array };

function sign({ privateKey, a, publicPoint }: Signer, message: Uint8Array, random: RandomSource): Bytes {
  const nonceInput = concat(HASH_1, privateKey, message, random(64));
  const r = Fn.create(bytesToNumberLE(sha512(nonceInput)));
  wipe(nonceInput);
  const commitment = Point.BASE.multiply(r).toBytes();
  const h = Fn.create(bytesToNumberLE(sha512(concat(commitment, publicPoint, message))));
  const signature = concat(commitment, Fn.toBytes(Fn.add(Fn.mul(h, a), r)));
  signature[63] = (signature[63] as number) | ((publicPoint[31] as number) & 0x80);
  return signature;
}

/**
 * Whether `signature` over `message` is by the holder of `publicKey`. Stricter than libsignal: s must be below the
 * group order, so that nobody can restate a signature. False for malformed input.
 */
export function* verifyXeddsa(publicKey: PublicKey, message: Bytes, signature: Bytes): Step<boolean> {
  const claim = toEd25519Claim(coordinateOf(publicKey), signature);
  if (claim === undefined) return false;
  return yield* ask({ op: "ed25519-verify", publicKey: claim.publicKey, message, signature: claim.signature });
}
