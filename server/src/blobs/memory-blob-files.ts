import { Readable } from "node:stream";
import type { BlobFiles } from "./blob-files.ts";

/** Its room grows in steps, so that what is there is not copied with each piece. */
type Growing = { room: Buffer; length: number };

/** Blobs of a relay without a disk. `freeBytes`: how much room it says it has. */
export function memoryBlobFiles(freeBytes = Number.MAX_SAFE_INTEGER): BlobFiles {
  const files = new Map<string, Growing>();
  return {
    async create(name) {
      files.set(name, { room: Buffer.alloc(0), length: 0 });
    },
    size: async (name) => files.get(name)?.length,
    async append(name, at, source, end) {
      const file = files.get(name);
      if (file === undefined) throw new Error("there is no such blob");
      file.length = at;
      try {
        for await (const piece of source) {
          write(file, piece.subarray(0, end - file.length));
          if (file.length === end) break;
        }
      } catch {
        // Broke off: what came is kept.
      }
      return file.length;
    },
    read: (name, start, end) => {
      const { room, length } = files.get(name) ?? { room: Buffer.alloc(0), length: 0 };
      return Readable.from([room.subarray(start, Math.min(end, length))]);
    },
    async remove(name) {
      files.delete(name);
    },
    freeBytes: async () => freeBytes,
  };
}

function write(file: Growing, piece: Uint8Array): void {
  const end = file.length + piece.length;
  if (end > file.room.length) {
    const larger = Buffer.alloc(Math.max(end, 2 * file.room.length));
    file.room.copy(larger, 0, 0, file.length);
    file.room = larger;
  }
  file.room.set(piece, file.length);
  file.length = end;
}
