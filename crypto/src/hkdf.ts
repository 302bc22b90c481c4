import { hkdf as nobleHkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";

/**
 * HKDF-SHA-256, RFC 5869: `length` bytes, at most 8160. No salt means 32 zero bytes. A textual `info` is taken as
 * UTF-8, without length or terminator.
 */
export function hkdf(salt: Uint8Array | undefined, ikm: Uint8Array, info: string | Uint8Array, length: number): Bytes {
  return nobleHkdf(sha256, ikm, salt, typeof info === "string" ? toUtf8(info) : info, length);
}

/** HMAC-SHA-256, RFC 2104, over the concatenation of `parts`: 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  const mac = hmac.create(sha256, key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
