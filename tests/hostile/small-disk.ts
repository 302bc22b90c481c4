import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KIB } from "@tacit/shared/limits";
import { whyNoMount } from "../mounting.ts";

/** More than the relay keeps free, also of files (`DISK_RESERVE_BYTES`, `BLOB_LIMITS`): it is the disk that refuses, and not the relay. */
const DISK_BYTES = 800 * KIB * KIB;
/** What there really is under it: the rest of the disk is a promise. */
const GROUND_BYTES = 96 * KIB * KIB;

/** Why no disk can be made here; `undefined`: one can. */
export function whyNoDisk(): string | undefined {
  for (const tool of ["mkfs.ext4", "mount", "umount", "losetup", "fallocate", "e2fsck"]) {
    if (spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0) return `${tool} is not installed`;
  }
  if (!existsSync("/dev/loop-control")) return "this machine has no loop devices";
  return whyNoMount();
}

/**
 * A file system of its own that troubles can be made for: ext4 in a file that lies in memory. What was not on it when it
 * was unmounted is gone, as after a power cut.
 */
export class SmallDisk implements Disposable {
  /** Where it is mounted. */
  readonly folder: string;
  readonly #base = mkdtempSync(join(tmpdir(), "tacit-disk-"));
  readonly #ground = join(this.#base, "ground");
  readonly #image = join(this.#ground, "image");
  readonly #ballast: string;

  constructor() {
    this.folder = join(this.#base, "disk");
    this.#ballast = join(this.folder, "ballast");
    mkdirSync(this.folder);
    mkdirSync(this.#ground);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${GROUND_BYTES}`, "tmpfs", this.#ground]);
    writeFileSync(this.#image, "");
    truncateSync(this.#image, DISK_BYTES);
    execFileSync("mkfs.ext4", ["-q", "-F", "-m", "0", this.#image]);
    this.#mount();
  }

  /** Leaves no room at all. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.folder);
    mkdirSync(this.#ballast);
    // Not all that is said to be free is, for the file system keeps books of it too.
    for (let [bytes, n] = [bavail * bsize, 0]; bytes >= bsize; n++) {
      const file = join(this.#ballast, String(n));
      if (spawnSync("fallocate", ["-l", String(bytes), file]).status !== 0) bytes = Math.floor(bytes / 2);
    }
  }

  /** Gives the room back. */
  empty(): void {
    rmSync(this.#ballast, { recursive: true, force: true });
  }

  /** What ext4 does when it finds an error in itself. */
  turnReadOnly(): void {
    const device = execFileSync("findmnt", ["-n", "-o", "SOURCE", this.folder], { encoding: "utf8" }).trim();
    writeFileSync(`/sys/fs/ext4/${device.replace("/dev/", "")}/trigger_fs_error`, "made for a test");
  }

  /** From now on what is written to the disk does not get there: EIO. */
  fail(): void {
    spawnSync("dd", ["if=/dev/zero", "bs=1M", `of=${join(this.#ground, "ballast")}`], { stdio: "ignore" });
  }

  /** The same disk, sound, as it is after a power cut: nobody may have it in use. */
  mend(): void {
    execFileSync("umount", [this.folder]);
    rmSync(join(this.#ground, "ballast"), { force: true });
    // 1: something was corrected.
    const { status, stdout } = spawnSync("e2fsck", ["-fy", this.#image], { encoding: "utf8" });
    if (status === null || status > 1) throw new Error(`the disk cannot be mended: ${stdout}`);
    this.#mount();
    this.empty();
  }

  #mount(): void {
    execFileSync("mount", ["-o", "loop,errors=remount-ro", this.#image, this.folder]);
  }

  [Symbol.dispose](): void {
    for (const folder of [this.folder, this.#ground]) spawnSync("umount", ["-l", folder]);
    rmSync(this.#base, { recursive: true, force: true });
  }
}
