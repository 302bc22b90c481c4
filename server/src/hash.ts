import { createHash, createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { Brand } from "@tacit/shared/brand";
import { type Bytes, copyBytes } from "@tacit/shared/bytes";

export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return copyBytes(hash("sha256", only, "buffer"));
  const joined = createHash("sha256");
  for (const part of parts) joined.update(part);
  return copyBytes(joined.digest());
}

/** For what is keyed often: Node needs longer to look at the bytes of a key than to hash with them. */
export function toHmacKey(key: Uint8Array): KeyObject {
  return createSecretKey(key);
}

export function hmacSha256(key: Uint8Array | KeyObject, text: string): Bytes {
  return copyBytes(createHmac("sha256", key).update(text, "utf8").digest());
}

/** Bytes as the key of a Map: one character per byte. */
export function mapKey(bytes: Uint8Array): string {
  return toBuffer(bytes).toString("latin1");
}

/** SHA-256, one character per byte: for what is looked up and compared much more often than it is stored. */
export type Digest = Brand<string, "digest">;

export function digestOf(bytes: Uint8Array): Digest {
  return hash("sha256", bytes, "binary") as Digest;
}

export function toDigest(stored: Uint8Array): Digest {
  return mapKey(stored) as Digest;
}

/** As the database holds it. */
export function fromDigest(digest: Digest): Buffer<ArrayBuffer> {
  return Buffer.from(digest, "latin1");
}

function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
