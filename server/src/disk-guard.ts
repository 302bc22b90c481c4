import { statfsSync } from "node:fs";
import { SECOND_MS } from "@tacit/shared/limits";
import type { Clock } from "./ports.ts";

/** With less than this left nothing new is taken: what was promised can still be kept, deleted and backed up. */
export const DISK_RESERVE_BYTES = 256 * 1024 * 1024;
const LOOK_MS = 10 * SECOND_MS;

/** Says whether the disk is about to be full, from a look that is at most ten seconds old. */
export function buildDiskGuard(clock: Clock, freeBytes: () => number): () => boolean {
  let lookAtMs = Number.NEGATIVE_INFINITY;
  let isFull = false;
  return () => {
    const nowMs = clock.nowMs();
    // Or the clock was set back.
    if (nowMs >= lookAtMs || nowMs < lookAtMs - LOOK_MS) {
      isFull = freeBytes() < DISK_RESERVE_BYTES;
      lookAtMs = nowMs + LOOK_MS;
    }
    return isFull;
  };
}

export function freeBytesOf(directory: string): () => number {
  return () => {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  };
}
