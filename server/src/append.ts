import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeFileSync } from "node:fs";

/**
 * Adds to a file of lines, made where missing, and answers when that is durable. A crash or a full disk may have cut off
 * the last line that is there: what is added begins with one of its own.
 */
export function appendLines(file: string, lines: readonly string[]): void {
  const descriptor = openSync(file, "a+", 0o600);
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
    const begin = size > 0 && last.toString() !== "\n" ? "\n" : "";
    // All of it or an error: a single write may stop in the middle of a line.
    writeFileSync(descriptor, begin + lines.map((line) => `${line}\n`).join(""));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
