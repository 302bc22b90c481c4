import { shapeOf } from "@tacit/shared/file-shape";
import { refused } from "@tacit/shared/result";
import { openFile } from "../core/files/opening.ts";
import { type StagedFile, stageFile } from "../core/files/staging.ts";
import { hasRoomFor } from "../core/space-watch.ts";
import type { BrowserFiles } from "./browser-files.ts";
import { browserSpace } from "./browser-space.ts";
import { bulkPrimitives } from "./bulk-primitives.ts";
import { opfsShelf } from "./opfs-shelf.ts";
import { startWorker } from "./start-worker.ts";
import { systemRandom } from "./system-random.ts";

/** So many chunks become one blob, which the browser may put on its disk. */
const CHUNKS_PER_BLOB = 64;
const DOWNLOAD_TYPE = "application/octet-stream";
/** Until a browser has surely begun to read what it saves. */
const REVOKED_AFTER_MS = 60_000;

type Picker = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>;

export function openFiles(filesWorkerUrl: string): BrowserFiles {
  const shelf = opfsShelf(() => startWorker(filesWorkerUrl, "files"));
  const ports = { shelf, bulk: bulkPrimitives, random: systemRandom };

  async function toBlob(file: StagedFile, type: string): Promise<Blob> {
    const blobs: Blob[] = [];
    let parts: BlobPart[] = [];
    for await (const part of openFile(ports, file)) {
      parts.push(part);
      if (parts.length < CHUNKS_PER_BLOB) continue;
      blobs.push(new Blob(parts));
      parts = [];
    }
    return new Blob([...blobs, ...parts], { type });
  }

  async function writeTo(handle: FileSystemFileHandle, file: StagedFile): Promise<void> {
    const writable = await handle.createWritable();
    try {
      for await (const part of openFile(ports, file)) await writable.write(part);
    } catch (error) {
      // Nothing half-written stays.
      await writable.abort();
      throw error;
    }
    await writable.close();
  }

  return {
    async stage(picked, moved) {
      // Said before it is written: a full place of ours is everybody's trouble.
      const { sealedBytes } = shapeOf(picked.size);
      if (!hasRoomFor(sealedBytes, await browserSpace.estimate())) return refused("full");
      return stageFile(
        ports,
        {
          size: picked.size,
          read: async (start, end) => new Uint8Array(await picked.slice(start, end).arrayBuffer()),
        },
        moved,
      );
    },
    open: toBlob,
    async save(file, name) {
      const { showSaveFilePicker: pick } = window as { readonly showSaveFilePicker?: Picker };
      if (pick !== undefined) {
        try {
          await writeTo(await pick.call(window, { suggestedName: name }), file);
          return "saved";
        } catch (error) {
          if (error instanceof DOMException && error.name === "AbortError") return "cancelled";
          throw error;
        }
      }
      const url = URL.createObjectURL(await toBlob(file, DOWNLOAD_TYPE));
      const link = document.createElement("a");
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), REVOKED_AFTER_MS);
      return "saved";
    },
    remove: (name) => shelf.remove(name),
  };
}
