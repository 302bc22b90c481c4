import { expect, type Page } from "@playwright/test";

const FOLDER = "ballast";

/**
 * Uses up all that Chromium grants the page's origin, 60 % of the disk, with files of holes, which take no room: it
 * refuses whatever is to be stored then, for real, though what it says of its quota does not show that. IndexedDB looks
 * every 30 seconds; resolves once it refuses.
 */
export async function useUpQuota(page: Page): Promise<void> {
  await page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(name, { create: true });
    const hole = async (bytes: number) => {
      const file = await folder.getFileHandle(String(bytes), { create: true });
      const writer = await file.createWritable();
      try {
        await writer.truncate(bytes);
        await writer.close();
      } catch {
        // Too large: the next is half of it.
        await writer.abort();
        await folder.removeEntry(String(bytes));
      }
    };
    // At the end there is no room for a name either.
    for (let bytes = 2 ** 44; bytes >= 1; bytes /= 2) await hole(bytes).catch(() => undefined);
  }, FOLDER);
  await expect.poll(() => page.evaluate(isStored), { timeout: 90_000, intervals: [1_000] }).toBe(false);
}

/** Tries in a database of its own. */
function isStored(): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open("ballast");
    opening.onupgradeneeded = () => opening.result.createObjectStore("rows");
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      const work = opening.result.transaction("rows", "readwrite");
      work.objectStore("rows").put("a row of some length".repeat(100), 1);
      work.oncomplete = () => resolve(true);
      work.onabort = () => resolve(false);
      opening.result.close();
    };
  });
}

/** Gives all of it back. */
export async function freeQuota(page: Page): Promise<void> {
  await page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(name, { recursive: true });
  }, FOLDER);
}
