import { KIB } from "@tacit/shared/limits";
import { beginNewLog } from "./new-log.ts";

/** More than new logs alone leave, less than an account. Below it the databases are asked for, which is only slower. */
const LEAST_BYTES = 64 * KIB;

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
 * `new-log.ts`). So its count of bytes is asked first. Just after Chromium has started it lacks those of IndexedDB, and
 * an earlier visit that left no account counts a few: then a new log has to be begun. Rejects where there is no room for one.
 */
export async function holdsData(
  database: string,
  browser: Browser = { storage: navigator.storage, indexedDB, beginNewLog },
): Promise<boolean> {
  const { usageDetails } = (await browser.storage.estimate()) as Usage;
  if ((usageDetails?.indexedDB ?? 0) >= LEAST_BYTES) return true;
  await browser.beginNewLog();
  const databases = await browser.indexedDB.databases();
  return databases.some(({ name }) => name === database);
}
