import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why no disk can be mounted here; `undefined`: one can. */
export function whyNoMount(): string | undefined {
  if (process.getuid?.() !== 0) return "a disk of its own needs root";
  const folder = mkdtempSync(join(tmpdir(), "tacit-try-"));
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", folder]).status === 0;
  if (isMounted) execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted ? undefined : "nothing can be mounted here";
}
