import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

const BUSY_MS = 300;

/**
 * What a tab holds, in MB: the private memory of its process, with the workers in it, as the browser's own task manager
 * counts it (what is anonymous and resident, and what was swapped out). Its process is the one that works when the page
 * does: no browser says which it is.
 */
export async function tabMemory(page: Page): Promise<number> {
  const before = new Map(renderers().map((pid) => [pid, workedTicks(pid)]));
  await page.evaluate((ms) => {
    const endsMs = performance.now() + ms;
    while (performance.now() < endsMs);
  }, BUSY_MS);
  const worked = (pid: string) => workedTicks(pid) - (before.get(pid) ?? 0);
  const tab = [...before.keys()].toSorted((a, b) => worked(b) - worked(a))[0];
  if (tab === undefined) throw new Error("no browser runs here");
  return (kilobytes(tab, "RssAnon") + kilobytes(tab, "VmSwap")) / 1_000;
}

function renderers(): readonly string[] {
  return readdirSync("/proc").filter(
    (entry) => /^\d+$/.test(entry) && read(entry, "cmdline").includes("--type=renderer"),
  );
}

/** Time in the process itself, in hundredths of a second. */
function workedTicks(pid: string): number {
  const afterName = read(pid, "stat").split(") ")[1]?.split(" ");
  return Number(afterName?.[11] ?? 0);
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
