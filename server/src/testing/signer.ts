import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { type Bytes, concat, copyBytes, fromHex, toHex } from "@tacit/shared/bytes";

const P = 2n ** 255n - 19n;
/** RFC 8410: what stands before a seed in a private key, and before a point in a public one. */
const PKCS8 = fromHex("302e020100300506032b657004220420");
const SPKI_BYTES = 12;

export type Signer = { readonly identityKey: Bytes; sign(message: Bytes): Bytes };

/**
 * Signs as an identity key does, by Node's own Ed25519: the relay's tests need signatures, and no code of ours that
 * holds secrets. XEdDSA §2.3: the identity key is the point's Montgomery form, the sign travels in the signature.
 */
export function createSigner(seed: Bytes): Signer {
  const key = createPrivateKey({ key: Buffer.from(concat(PKCS8, seed)), format: "der", type: "pkcs8" });
  const point = copyBytes(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(SPKI_BYTES));
  const sign255 = (point[31] as number) & 0x80;
  return {
    identityKey: concat(Uint8Array.of(0x05), toMontgomery(point)),
    sign: (message) => {
      const signature = copyBytes(sign(null, message, key));
      signature[63] = (signature[63] as number) | sign255;
      return signature;
    },
  };
}

/** u = (1 + y) / (1 - y), RFC 7748 §4.1. */
function toMontgomery(point: Bytes): Bytes {
  const coordinate = copyBytes(point).reverse();
  coordinate[0] = (coordinate[0] as number) & 0x7f;
  const y = BigInt(`0x${toHex(coordinate)}`);
  const u = ((1n + y) * inverse((1n - y + P) % P)) % P;
  return fromHex(u.toString(16).padStart(64, "0")).reverse();
}

function inverse(value: bigint): bigint {
  let [result, base] = [1n, value];
  for (let exponent = P - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}
