import { closeSync, existsSync, fchmodSync, fsyncSync, openSync, readFileSync, writeFileSync } from "node:fs";

/** The one line of a file; where the file is missing, what `create` gives, written durably first. */
export function readOrCreate(file: string, create: () => string, mode = 0o600): string {
  if (!existsSync(file)) writeDurably(file, create(), mode);
  const content = readFileSync(file, "utf8").trim();
  if (content === "") throw new Error(`${file} is empty: restore it from its backup`);
  return content;
}

/** Writes a file that is not there yet, for its owner alone unless `mode` says otherwise. */
export function writeDurably(file: string, content: string | Uint8Array, mode = 0o600): void {
  const descriptor = openSync(file, "wx", mode);
  try {
    // The process's mask would take the group's right away.
    fchmodSync(descriptor, mode);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
