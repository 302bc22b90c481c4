import { createHash, createHmac, hash } from "node:crypto";
import type { Brand } from "@tacit/shared/brand";
import { type Bytes, copyBytes } from "@tacit/shared/bytes";

export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return copyBytes(hash("sha256", only, "buffer"));
  const joined = createHash("sha256");
  for (const part of parts) joined.update(part);
  return copyBytes(joined.digest());
}

/** Of its UTF-8. */
export function sha256OfText(text: string): Bytes {
  return copyBytes(hash("sha256", text, "buffer"));
}

export function hmacSha256(key: Uint8Array, text: string): Bytes {
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

export function digestOfText(text: string): Digest {
  return hash("sha256", text, "binary") as Digest;
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
