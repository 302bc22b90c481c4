import type { Bytes } from "@tacit/shared/bytes";
import { ok, refused } from "@tacit/shared/result";
import type { Shelf } from "../ports/shelf.ts";

/** Bytes that grow without being copied each time. */
export class GrowingBytes {
  #room: Bytes = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Everything behind what is written is cut off, unless `keepsTail`. */
  write(at: number, bytes: Uint8Array, keepsTail = false): void {
    const end = at + bytes.length;
    if (end > this.#room.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#room.length));
      larger.set(this.#room.subarray(0, this.#length));
      this.#room = larger;
    }
    this.#room.set(bytes, at);
    this.#length = keepsTail ? Math.max(this.#length, end) : end;
  }

  slice(start: number, end: number): Bytes {
    return this.#room.slice(start, Math.min(end, this.#length));
  }
}

/** What outlives a client. `roomBytes`: how much fits, in all. */
export type MemoryShelfDisk = { readonly files: Map<string, GrowingBytes>; roomBytes: number };

export function memoryShelfDisk(): MemoryShelfDisk {
  return { files: new Map(), roomBytes: Number.POSITIVE_INFINITY };
}

/** Sealed files in memory. `nowMs`: as the device's clock has it. */
export function memoryShelf(disk: MemoryShelfDisk = memoryShelfDisk(), nowMs: () => number = () => 0): Shelf {
  const { files } = disk;
  const writtenAtMs = new Map<string, number>();
  return {
    size: async (name) => files.get(name)?.length ?? 0,
    read: async (name, start, end) => files.get(name)?.slice(start, end) ?? new Uint8Array(0),
    async append(name, at, given) {
      // Theirs no more, as with a worker that takes them over.
      const bytes = new Uint8Array(given.buffer.transfer());
      const others = [...files].reduce((sum, [other, { length }]) => (other === name ? sum : sum + length), 0);
      if (others + at + bytes.length > disk.roomBytes) return refused("full");
      const file = files.get(name) ?? new GrowingBytes();
      file.write(at, bytes);
      files.set(name, file);
      writtenAtMs.set(name, nowMs());
      return ok(undefined);
    },
    async overwrite(name, at, bytes) {
      files.get(name)?.write(at, bytes, true);
    },
    async settle() {},
    async remove(name) {
      files.delete(name);
    },
    list: async () => [...files.keys()].map((name) => ({ name, writtenAtMs: writtenAtMs.get(name) ?? 0 })),
  };
}
