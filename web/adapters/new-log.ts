import { KIB } from "@tacit/shared/limits";

type Bucket = { readonly name: string; readonly indexedDB: IDBFactory };
/** Chromium's places of their own within an origin; the compiler's DOM does not know them. */
type Buckets = {
  open(name: string): Promise<Bucket>;
  delete(name: string): Promise<void>;
};

const NAME = "new log";
const BUCKET = "room";
/** Twice of what Chromium holds in memory before it puts it in a table. */
const ROOM_BYTES = 8 * KIB * KIB;
const PART_BYTES = 64 * KIB;

/**
 * Makes Chromium begin a new log for this origin's IndexedDB, where there is room for it; rejects where there is none.
 * A write that a full disk refused, or a power cut, leaves half a record at the end of the log. Chromium 156 goes on
 * behind it when it opens the log again, and when it opens it once more it takes that for damage and deletes everything.
 * To delete a database makes it put all it holds in memory in a table, and leave the log. Whether there is room is tried
 * out in a bucket, which has a log of its own: nothing is put behind a half record before, also not the 19 bytes with
 * which Chromium opens a log. Other browsers have neither buckets nor such a log, and nothing is done.
 */
export async function beginNewLog(): Promise<void> {
  const { storageBuckets } = navigator as { readonly storageBuckets?: Buckets };
  if (storageBuckets === undefined) return;
  await findRoom(storageBuckets);
  (await openDatabase(indexedDB)).close();
  await settled(indexedDB.deleteDatabase(NAME));
}

async function findRoom(buckets: Buckets): Promise<void> {
  let bucket: Bucket | undefined;
  try {
    bucket = await buckets.open(BUCKET);
    await fill(bucket);
  } catch {
    throw new DOMException("there is no room for a new log", "QuotaExceededError");
  } finally {
    // In a bucket that was collected as garbage Chromium 156 ends no transaction: this one is held until then.
    await buckets.delete(bucket?.name ?? BUCKET).catch(() => undefined);
  }
}

async function fill({ indexedDB }: Bucket): Promise<void> {
  const database = await openDatabase(indexedDB);
  try {
    const transaction = database.transaction(NAME, "readwrite", { durability: "strict" });
    const part = crypto.getRandomValues(new Uint8Array(PART_BYTES));
    transaction.objectStore(NAME).put(new Blob(Array(ROOM_BYTES / PART_BYTES).fill(part)), NAME);
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  const opening = factory.open(NAME);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME);
  return settled(opening);
}

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
