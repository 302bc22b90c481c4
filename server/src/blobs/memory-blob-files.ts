import { Readable } from "node:stream";
import type { BlobFiles } from "./blob-files.ts";

/** Blobs of a relay without a disk. `freeBytes`: how much room it says it has. */
export function memoryBlobFiles(freeBytes = Number.MAX_SAFE_INTEGER): BlobFiles {
  const files = new Map<string, Buffer>();
  return {
    async create(name) {
      files.set(name, Buffer.alloc(0));
    },
    size: async (name) => files.get(name)?.length,
    async append(name, at, source, end) {
      let bytes = (files.get(name) ?? Buffer.alloc(0)).subarray(0, at);
      try {
        for await (const piece of source) {
          bytes = Buffer.concat([bytes, piece.subarray(0, end - bytes.length)]);
          files.set(name, bytes);
          if (bytes.length === end) break;
        }
      } catch {
        // Broke off: what came is kept.
      }
      return bytes.length;
    },
    read: (name, start, end) => Readable.from([(files.get(name) ?? Buffer.alloc(0)).subarray(start, end)]),
    async remove(name) {
      files.delete(name);
    },
    freeBytes: async () => freeBytes,
  };
}
