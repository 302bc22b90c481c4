/**
 * Files, sealed chunk by chunk. Whoever has the root can check any chunk by itself, before anything is decrypted: the
 * root is the digest of the list of all chunks' digests. A key seals one file once, so that a nonce can be the place of
 * the chunk. docs/PROTOCOL.md §5.7, docs/decisions/0011-a-file-is-sealed-before-it-moves.md.
 */
import type { Brand } from "@tacit/shared/brand";
import { type Bytes, concat, copyBytes, equalBytes } from "@tacit/shared/bytes";
import { FILE_DIGEST_BYTES, type FileShape, fileBytesOf, plainBytesOf, sealedRangeOf } from "@tacit/shared/file-shape";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import { ask, type RandomSource, type Step } from "./primitives.ts";

/** 32 random bytes that seal one file. Secret. */
export type FileKey = Brand<Bytes, "FileKey">;
/** 16 random bytes. */
export type FileId = Brand<Bytes, "FileId">;
/** What makes a file this very one: in Content, nowhere else. */
export type FileSecret = { readonly id: FileId; readonly key: FileKey };

/** Throws `RangeError` on another length than 16 and 32. */
export function toFileSecret(id: Uint8Array, key: Uint8Array): FileSecret {
  if (id.length !== 16 || key.length !== 32) throw new RangeError("a file has an id of 16 bytes and a key of 32");
  return { id: copyBytes(id) as FileId, key: copyBytes(key) as FileKey };
}

/** Takes 48 bytes of `random`. */
export function generateFileSecret(random: RandomSource): FileSecret {
  return toFileSecret(random(16), random(32));
}

/**
 * Seals the `index`th chunk: AES-256-GCM of its file bytes and the zeros behind them, ciphertext || tag (16); and the
 * digest of that. Throws `RangeError` unless `content` is exactly the file's part of the chunk. The same place of the
 * same file MUST NOT be sealed twice with other bytes.
 */
export function* sealChunk(
  { id, key }: FileSecret,
  shape: FileShape,
  index: number,
  content: Uint8Array,
): Step<{ readonly sealed: Bytes; readonly digest: Bytes }> {
  if (content.length !== fileBytesOf(shape, index)) throw new RangeError("not the file's part of this chunk");
  const plain = new Uint8Array(plainBytesOf(shape, index));
  plain.set(content);
  const sealed = yield* ask({ op: "aes-gcm-seal", key, ...placeOf(id, shape, index), plain });
  return { sealed, digest: yield* ask({ op: "sha-256", bytes: sealed }) };
}

/** Whether these bytes are the chunk that the list names. Needs no key. */
export function* checkChunk(shape: FileShape, list: Bytes, index: number, sealed: Bytes): Step<boolean> {
  const { start, end } = sealedRangeOf(shape, index);
  if (sealed.length !== end - start) return false;
  const digest = list.subarray(index * FILE_DIGEST_BYTES, (index + 1) * FILE_DIGEST_BYTES);
  return equalBytes(yield* ask({ op: "sha-256", bytes: sealed }), digest);
}

/** The file's part of a chunk. "forged" before anything is decrypted where the list names other bytes. */
export function* openChunk(
  { id, key }: FileSecret,
  shape: FileShape,
  list: Bytes,
  index: number,
  sealed: Bytes,
): Step<Result<Bytes, "forged">> {
  if (!(yield* checkChunk(shape, list, index, sealed))) return refused("forged");
  const plain = yield* ask({ op: "aes-gcm-open", key, ...placeOf(id, shape, index), sealed });
  return plain === undefined ? refused("forged") : ok(plain.slice(0, fileBytesOf(shape, index)));
}

/** SHA-256 of `"Tacit file v1" || 0x00 || id (16) || file bytes (u64) || list`. */
export function rootOf(id: FileId, shape: FileShape, list: Bytes): Step<Bytes> {
  return ask({ op: "sha-256", bytes: concat(LABEL, id, u64(shape.fileBytes), list) });
}

/** Whether this is the list of the file that the root stands for. */
export function* checkList(id: FileId, shape: FileShape, root: Bytes, list: Bytes): Step<boolean> {
  return list.length === shape.listBytes && equalBytes(yield* rootOf(id, shape, list), root);
}

const LABEL = toUtf8("Tacit file v1\0");

/** Nonce: index (u64) || zeros (3) || last (1). Additional data: label || id || index (u64) || last (1). */
function placeOf(id: FileId, { chunks }: FileShape, index: number): { nonce: Bytes; additional: Bytes } {
  if (!Number.isInteger(index) || index < 0 || index >= chunks) throw new RangeError("no such chunk");
  const last = Uint8Array.of(index === chunks - 1 ? 1 : 0);
  const place = u64(index);
  return { nonce: concat(place, new Uint8Array(3), last), additional: concat(LABEL, id, place, last) };
}

function u64(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
