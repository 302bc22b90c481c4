import { beginNewLog } from "./new-log.ts";

/** As Chromium says it. */
type Usage = { readonly usageDetails?: { readonly indexedDB?: number } };

type Browser = {
  readonly storage: Pick<StorageManager, "estimate">;
  readonly indexedDB: Pick<IDBFactory, "databases">;
  readonly beginNewLog: () => Promise<void>;
};

/**
 * Whether this browser has the database of that name, or may have it. To ask for the databases opens their log, and
 * Chromium takes back there what was left in the middle: no less than a write, behind what may be half a record (see
 * `new-log.ts`). So its count of bytes is asked first. Just after Chromium has started it lacks those of IndexedDB: then
 * a new log has to be begun. Rejects where there is no room for one.
 */
export async function holdsData(
  database: string,
  browser: Browser = { storage: navigator.storage, indexedDB, beginNewLog },
): Promise<boolean> {
  const { usageDetails } = (await browser.storage.estimate()) as Usage;
  if ((usageDetails?.indexedDB ?? 0) > 0) return true;
  await browser.beginNewLog();
  const databases = await browser.indexedDB.databases();
  return databases.some(({ name }) => name === database);
}
