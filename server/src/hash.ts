import { createHash, createHmac } from "node:crypto";
import { type Bytes, copyBytes } from "@tacit/shared/bytes";

export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return copyBytes(hash.digest());
}

export function hmacSha256(key: Uint8Array, text: string): Bytes {
  return copyBytes(createHmac("sha256", key).update(text, "utf8").digest());
}

/** Bytes as the key of a Map: one character per byte. */
export function mapKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
