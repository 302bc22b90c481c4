import type { Readable } from "node:stream";

/** Bytes that come piece by piece; a source that breaks off rejects. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** Where the bytes of blobs lie, by name: 64 hexadecimal digits that the relay made itself. */
export type BlobFiles = {
  /** Makes an empty file, durably. */
  create(name: string): Promise<void>;
  /** `undefined` where there is no such file. */
  size(name: string): Promise<number | undefined>;
  /**
   * Appends what comes, up to `end`, and answers the new size once it is durable. A source that breaks off or brings
   * more than fits ends it: what came before is kept. Rejects when the disk refuses.
   */
  append(name: string, at: number, source: ByteSource, end: number): Promise<number>;
  /** From `start` up to `end`, exclusive. */
  read(name: string, start: number, end: number): Readable;
  /** No harm where there is none. */
  remove(name: string): Promise<void>;
  freeBytes(): Promise<number>;
};
