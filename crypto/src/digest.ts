import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { type Bytes, copyBytes } from "@tacit/shared/bytes";

/** SHA-256, FIPS 180-4: 32 bytes. */
export function sha256(bytes: Uint8Array): Bytes {
  return copyBytes(nobleSha256(bytes));
}
