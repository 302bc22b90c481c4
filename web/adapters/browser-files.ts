import type { Result } from "@tacit/shared/result";
import type { StagedFile, StageFailure } from "../core/files/staging.ts";
import { loadOnce } from "../core/load-once.ts";
import filesWorkerUrl from "./files.worker.ts?worker&url";

export { filesWorkerUrl };

export type BrowserFiles = {
  /** Seals a picked file into this browser. `moved` hears how much of it was read, and answers whether to go on. */
  stage(file: Blob, moved: (bytes: number) => boolean): Promise<Result<StagedFile, StageFailure>>;
  /** The file in clear, as `mediaType`. Rejects where what lies here is not the file. */
  open(file: StagedFile, mediaType: string): Promise<Blob>;
  /** Asks the person where to, and writes the file there; as a download where a browser cannot ask. */
  save(file: StagedFile, name: string): Promise<"saved" | "cancelled">;
  /** Of a staged file that is not sent after all. */
  remove(shelf: string): Promise<void>;
};

/** The files of this browser for its screens; the code for it comes with the first use. */
export function browserFiles(appUrl: (url: string) => string): BrowserFiles {
  const open = loadOnce(async () => {
    const { openFiles } = await import("./open-files.ts");
    return openFiles(appUrl(filesWorkerUrl));
  });
  return {
    stage: async (file, moved) => (await open()).stage(file, moved),
    open: async (file, mediaType) => (await open()).open(file, mediaType),
    save: async (file, name) => (await open()).save(file, name),
    remove: async (shelf) => (await open()).remove(shelf),
  };
}
