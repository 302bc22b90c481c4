import { closeSync, existsSync, fchmodSync, fsyncSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";

const PIECE_BYTES = 64 * 1024;

/** The one line of a file; where the file is missing, what `create` gives, written durably first. */
export function readOrCreate(file: string, create: () => string, mode = 0o600): string {
  if (!existsSync(file)) writeDurably(file, create(), mode);
  const content = readFileSync(file, "utf8").trim();
  if (content === "") throw new Error(`${file} is empty: restore it from its backup`);
  return content;
}

/** What is left of an open file or stream, whatever its length. */
export function* piecesOf(descriptor: number): Generator<Buffer, void, undefined> {
  for (;;) {
    const piece = Buffer.alloc(PIECE_BYTES);
    const length = readSync(descriptor, piece);
    if (length === 0) return;
    yield piece.subarray(0, length);
  }
}

/** Writes a file that is not there yet, for its owner alone unless `mode` says otherwise. */
export function writeDurably(file: string, content: string | Iterable<Uint8Array>, mode = 0o600): void {
  const descriptor = openSync(file, "wx", mode);
  try {
    // The process's mask would take the group's right away.
    fchmodSync(descriptor, mode);
    for (const piece of typeof content === "string" ? [content] : content) writeFileSync(descriptor, piece);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
