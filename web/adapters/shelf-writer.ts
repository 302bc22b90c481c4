/** A file that is open for writing in place; the compiler's DOM has it in workers only. */
type SyncAccessHandle = {
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
};
type WritableHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };

export const SHELF = "files";

/** What a page asks of the worker that writes sealed files. */
export type ShelfWriter = {
  /** Cuts the file to `at` and appends; answers whether there was room. */
  append(name: string, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  overwrite(name: string, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  settle(name: string): Promise<void>;
};

/** Writes into the origin's private files. One call at a time: a file can be open for writing once. */
export function shelfWriter(openRoot: () => Promise<FileSystemDirectoryHandle>): ShelfWriter {
  let last: Promise<unknown> = Promise.resolve();

  function alone<Value>(action: () => Promise<Value>): Promise<Value> {
    const next = last.then(action, action);
    last = next.catch(() => undefined);
    return next;
  }

  async function withFile<Value>(
    name: string,
    action: (file: SyncAccessHandle) => Value,
    create = true,
  ): Promise<Value> {
    const shelf = await (await openRoot()).getDirectoryHandle(SHELF, { create: true });
    const handle = (await shelf.getFileHandle(name, { create })) as WritableHandle;
    const file = await handle.createSyncAccessHandle();
    try {
      return action(file);
    } finally {
      file.close();
    }
  }

  return {
    append: (name, at, bytes) =>
      alone(() =>
        withFile(name, (file) => {
          try {
            file.truncate(at);
            if (file.write(bytes, { at }) < bytes.length) throw new DOMException("", "QuotaExceededError");
            return true;
          } catch (error) {
            if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
            file.truncate(Math.min(at, file.getSize()));
            return false;
          }
        }),
      ),
    overwrite: (name, at, bytes) =>
      alone(() =>
        withFile(name, (file) => {
          file.write(bytes, { at });
          file.flush();
        }),
      ),
    settle: (name) =>
      alone(async () => {
        try {
          await withFile(name, (file) => file.flush(), false);
        } catch (error) {
          // Removed meanwhile.
          if (!(error instanceof DOMException) || error.name !== "NotFoundError") throw error;
        }
      }),
  };
}
