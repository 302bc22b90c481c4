import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DISK_MIB = 200;
const BALLAST = "ballast";

/** A small disk in memory, with all that is in `folder` and in its place. The browser whose profile it is has to be closed. */
export class FullDisk implements Disposable {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    const copy = mkdtempSync(join(tmpdir(), "tacit-copy-"));
    cpSync(folder, copy, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MIB}m`, "tmpfs", folder]);
    cpSync(copy, folder, { recursive: true });
    rmSync(copy, { recursive: true });
  }

  /** Leaves not one byte. */
  fill(): void {
    const file = openSync(join(this.#folder, BALLAST), "a");
    for (const bytes of [2 ** 20, 4096, 1]) fillBy(file, Buffer.alloc(bytes));
    closeSync(file);
  }

  /** Gives the room back. */
  empty(): void {
    rmSync(join(this.#folder, BALLAST), { force: true });
  }

  [Symbol.dispose](): void {
    spawnSync("umount", ["-l", this.#folder]);
  }
}

function fillBy(file: number, part: Buffer): void {
  try {
    while (writeSync(file, part) === part.length);
  } catch {
    // ENOSPC
  }
}
