import { readdirSync, readFileSync } from "node:fs";

/**
 * What the pages of the browser on this profile hold, in MB: the private memory of every process that runs pages and
 * workers, as the browser's own task manager counts it (what is anonymous and resident, and what was swapped out).
 */
export function tabMemory(profile: string): number {
  const processes = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  const browser = processes.find((pid) => {
    const words = read(pid, "cmdline").split("\0");
    return words.includes(`--user-data-dir=${profile}`) && !words.some((word) => word.startsWith("--type="));
  });
  const parents = new Map(processes.map((pid) => [pid, /PPid:\t(\d+)/.exec(read(pid, "status"))?.[1]]));
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === browser || (pid !== "1" && pid !== "0" && isOurs(parents.get(pid))));
  const pages = processes.filter((pid) => isOurs(pid) && read(pid, "cmdline").includes("--type=renderer"));
  return pages.reduce((sum, pid) => sum + kilobytes(pid, "RssAnon") + kilobytes(pid, "VmSwap"), 0) / 1_000;
}

function kilobytes(pid: string, what: string): number {
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(read(pid, "status"))?.[1] ?? 0);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
