import { FILE_CHUNK_BYTES, KIB, MAX_FILE_BYTES } from "./limits.ts";

// The layout of a sealed file, the same on a disk, at the relay and on a link: the digests of all chunks, then the
// chunks. docs/PROTOCOL.md §5.7.

export const FILE_DIGEST_BYTES = 32;
/** The tag behind the ciphertext of a chunk. */
export const FILE_TAG_BYTES = 16;
const MIN_PADDED_BYTES = 4 * KIB;

export type FileShape = {
  readonly fileBytes: number;
  /** The file and the zeros behind it. */
  readonly paddedBytes: number;
  readonly chunks: number;
  /** Where the first chunk begins. */
  readonly listBytes: number;
  /** Of the whole sealed file. */
  readonly sealedBytes: number;
};

/** Throws `RangeError` for what is no length of a file: parse lengths from outside first. */
export function shapeOf(fileBytes: number): FileShape {
  if (!Number.isInteger(fileBytes) || fileBytes < 0 || fileBytes > MAX_FILE_BYTES) {
    throw new RangeError("no length of a file");
  }
  const paddedBytes = padme(Math.max(fileBytes, MIN_PADDED_BYTES));
  const chunks = Math.ceil(paddedBytes / FILE_CHUNK_BYTES);
  const listBytes = chunks * FILE_DIGEST_BYTES;
  return { fileBytes, paddedBytes, chunks, listBytes, sealedBytes: listBytes + paddedBytes + chunks * FILE_TAG_BYTES };
}

/** Where a sealed chunk lies in the sealed file; `end` is exclusive. */
export function sealedRangeOf(shape: FileShape, index: number): { readonly start: number; readonly end: number } {
  const start = shape.listBytes + index * (FILE_CHUNK_BYTES + FILE_TAG_BYTES);
  return { start, end: start + plainBytesOf(shape, index) + FILE_TAG_BYTES };
}

/** How long a chunk is before it is sealed, zeros included. */
export function plainBytesOf({ paddedBytes }: FileShape, index: number): number {
  return Math.min(FILE_CHUNK_BYTES, paddedBytes - index * FILE_CHUNK_BYTES);
}

/** How much of a chunk is the file's own: the rest are zeros. */
export function fileBytesOf({ fileBytes }: FileShape, index: number): number {
  return Math.max(0, Math.min(FILE_CHUNK_BYTES, fileBytes - index * FILE_CHUNK_BYTES));
}

/** Whether a sealed file can have this length. The relay stores no others, so that lengths fall into few classes. */
export function isSealedBytes(sealedBytes: number): boolean {
  const perChunk = FILE_CHUNK_BYTES + FILE_TAG_BYTES + FILE_DIGEST_BYTES;
  const paddedBytes = sealedBytes - Math.ceil(sealedBytes / perChunk) * (FILE_TAG_BYTES + FILE_DIGEST_BYTES);
  if (!Number.isInteger(paddedBytes) || paddedBytes < MIN_PADDED_BYTES || paddedBytes > MAX_FILE_BYTES) return false;
  return shapeOf(paddedBytes).sealedBytes === sealedBytes;
}

/** PADMÉ (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", 2019): at most 12 % more, log log n bits leak. */
function padme(bytes: number): number {
  const exponent = Math.floor(Math.log2(bytes));
  const step = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1));
  return Math.ceil(bytes / step) * step;
}
