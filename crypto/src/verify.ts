/** What can be checked without a secret. The only module of this package that the relay may import. */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, toHex } from "@tacit/shared/bytes";
import type { AccountId } from "@tacit/shared/ids";
import { toUtf8 } from "@tacit/shared/text";
import { toEd25519Claim, verifyEd25519 } from "./edwards.ts";

const SERIALIZED_KEY_BYTES = 33;
const DJB_TYPE = 0x05;

/**
 * XEdDSA verification: `publicKey` is 0x05 and the u-coordinate (33), `signature` 64 bytes. False for everything that
 * is not a valid signature, malformed input included. Same rule as `verifyXeddsa`.
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== SERIALIZED_KEY_BYTES || publicKey[0] !== DJB_TYPE) return false;
  const claim = toEd25519Claim(publicKey.subarray(1), signature);
  return claim !== undefined && verifyEd25519(claim.publicKey, message, claim.signature);
}

/**
 * The account that belongs to an identity key (33): SHA-256("tacit account" || key), cut to 16 bytes and written as a
 * UUID of version 8 (RFC 9562 §5.8). Throws `RangeError` on anything but a serialised key.
 */
export function accountIdOf(identityKey: Uint8Array): AccountId {
  if (identityKey.length !== SERIALIZED_KEY_BYTES || identityKey[0] !== DJB_TYPE) {
    throw new RangeError("an identity key is 0x05 and 32 bytes");
  }
  const id = sha256(concat(toUtf8("tacit account"), identityKey)).slice(0, 16);
  id[6] = ((id[6] as number) & 0x0f) | 0x80;
  id[8] = ((id[8] as number) & 0x3f) | 0x80;
  return toHex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") as AccountId;
}
