import { existsSync, readFileSync } from "node:fs";

/** What a command line begins with, so that `log` names every call that waits for the disk. Others cost nothing. */
export function traceSyncs(log: string): readonly string[] {
  return ["strace", "-f", "--seccomp-bpf", "-ttt", "-e", "trace=fsync,fdatasync", "-o", log];
}

/** The calls since `sinceMs`. */
export function countSyncs(log: string, sinceMs: number): number {
  if (!existsSync(log)) return 0;
  const calls = readFileSync(log, "latin1").matchAll(/^\d+ +(\d+\.\d+) f(?:data)?sync\(/gm);
  return [...calls].filter(([, seconds]) => Number(seconds) * 1_000 >= sinceMs).length;
}
