import { ok, refused } from "@tacit/shared/result";
import { transfer } from "comlink";
import type { Shelf } from "../core/ports/shelf.ts";
import { SHELF, type ShelfWriter } from "./shelf-writer.ts";
import { type StartedWorker, WorkerCalls } from "./worker-calls.ts";

/**
 * Sealed files among the private files of this origin (OPFS). A worker writes them, once there is something to write;
 * reading is done here. `startWriter`: starts files.worker.ts.
 */
export function opfsShelf(startWriter: () => StartedWorker): Shelf {
  const writer = new WorkerCalls<ShelfWriter>("files'", startWriter);
  /** Of the one that was read last, for whoever reads part by part. A `File` would be as it was when it was asked for. */
  let last: { readonly name: string; readonly handle: FileSystemFileHandle } | undefined;

  /** Some private windows, and pages that are not secure, have no such place: nothing is there. */
  async function directory(): Promise<FileSystemDirectoryHandle | undefined> {
    try {
      return await (await navigator.storage.getDirectory()).getDirectoryHandle(SHELF, { create: true });
    } catch {
      return undefined;
    }
  }

  async function fileOf(name: string): Promise<File | undefined> {
    try {
      const handle = last?.name === name ? last.handle : await (await directory())?.getFileHandle(name);
      if (handle !== undefined) last = { name, handle };
      return await handle?.getFile();
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
      throw error;
    }
  }

  return {
    size: async (name) => (await fileOf(name))?.size ?? 0,
    async read(name, start, end) {
      const part = (await fileOf(name))?.slice(start, end);
      return part === undefined ? new Uint8Array(0) : new Uint8Array(await part.arrayBuffer());
    },
    async append(name, at, bytes) {
      const hadRoom = await writer.ask((remote) => remote.append(name, at, transfer(bytes, [bytes.buffer])));
      return hadRoom ? ok(undefined) : refused("full");
    },
    overwrite: (name, at, bytes) => writer.ask((remote) => remote.overwrite(name, at, bytes)),
    settle: (name) => writer.ask((remote) => remote.settle(name)),
    async remove(name) {
      try {
        await (await directory())?.removeEntry(name);
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== "NotFoundError") throw error;
      }
    },
    async list() {
      const found: { name: string; writtenAtMs: number }[] = [];
      for await (const [name, handle] of (await directory())?.entries() ?? []) {
        if (handle.kind !== "file") continue;
        const file = await (handle as FileSystemFileHandle).getFile();
        found.push({ name, writtenAtMs: file.lastModified });
      }
      return found;
    },
  };
}
