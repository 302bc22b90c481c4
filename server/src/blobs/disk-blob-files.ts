import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KIB } from "@tacit/shared/limits";
import type { BlobFiles, ByteSource } from "./blob-files.ts";
import { Turns } from "./turns.ts";

/** What is written of a file and not synced. */
const MAX_UNSYNCED_BYTES = KIB * KIB;
/**
 * Syncs at once. The disk does first what is asked of it first, and the relay's thread waits for the sync of its own log:
 * so there is never more before it than a few megabytes, however many upload.
 */
const MAX_SYNCS = 2;

/** Files of `directory`, 256 folders deep by the first byte of their name. */
export function diskBlobFiles(directory: string): BlobFiles {
  const pathOf = (name: string) => {
    if (!/^[0-9a-f]{64}$/.test(name)) throw new RangeError("not the name of a blob");
    return join(directory, name.slice(0, 2), name);
  };
  const syncs = new Turns(MAX_SYNCS);
  return {
    async create(name) {
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await using file = await open(path, "wx", 0o600);
      await file.sync();
      await syncDirectory(dirname(path));
      await syncDirectory(directory);
    },
    async size(name) {
      try {
        return (await stat(pathOf(name))).size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async append(name, at, source, end) {
      await using file = await open(pathOf(name), "r+");
      return await write(file, at, source, end, () => syncs.take(() => file.datasync()));
    },
    read: (name, start, end) => createReadStream(pathOf(name), { start, end: end - 1 }),
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
    async freeBytes() {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(directory);
      return bavail * bsize;
    },
  };
}

async function write(
  file: FileHandle,
  at: number,
  source: ByteSource,
  end: number,
  sync: () => Promise<void>,
): Promise<number> {
  let position = at;
  let synced = at;
  const pieces = source[Symbol.asyncIterator]();
  for (;;) {
    // Only the source may break off: what the disk refuses is thrown.
    const next = await pieces.next().catch(() => undefined);
    if (next === undefined || next.done === true) break;
    const piece = next.value.subarray(0, end - position);
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, position);
      done += bytesWritten;
      position += bytesWritten;
    }
    if (position === end) {
      await pieces.return?.();
      break;
    }
    if (position - synced >= MAX_UNSYNCED_BYTES) {
      await sync();
      synced = position;
    }
  }
  await sync();
  return position;
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
