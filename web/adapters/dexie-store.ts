import { ok, refused } from "@tacit/shared/result";
import { type Collection, Dexie, type Table as DexieTable, type IndexableType } from "dexie";
import { requireDistinct } from "../core/distinct-rows.ts";
import { type Row, type RowRange, type Store, TABLES, type Table } from "../core/ports/store.ts";
import { LogGuard } from "./log-guard.ts";

/** As IndexedDB keeps it. A row without an order has -Infinity, so that it comes first and no bound reaches it. */
type StoredRow = Omit<Row, "table" | "order"> & { readonly order: number };

type Database = { readonly indexedDB?: IDBFactory; readonly IDBKeyRange?: typeof globalThis.IDBKeyRange };
type Options = Database & {
  /** Where what was left half written would damage what comes after it: see `new-log.ts`. */
  readonly beginNewLog?: () => Promise<void>;
};

const UNORDERED = Number.NEGATIVE_INFINITY;
/** Above every string and number: IndexedDB sorts arrays last. */
const LAST: readonly never[] = [];
// 2 adds files (2026-11)
const SCHEMA_VERSION = 2;
/** Longer than a browser takes to close what it could not write to. */
const SETTLE_MS = 250;

/**
 * Rows in IndexedDB, one object store per table. A commit is one transaction of strict durability: on the disk when
 * its promise resolves. A new log is begun before the database is opened and after a commit that failed; until there is
 * room for it nothing is written. `indexedDB` is for places without a global one.
 */
export function dexieStore(name: string, { beginNewLog = async () => {}, ...database }: Options = {}): Store {
  const db = new Dexie(name, { ...database, chromeTransactionDurability: "strict" });
  db.version(SCHEMA_VERSION).stores(
    Object.fromEntries(TABLES.map((table) => [table, "id, [index+order+id], [order+id]"])),
  );
  const rowsOf = (table: Table): DexieTable<StoredRow, string> => db.table(table);
  const everyTable = () => TABLES.map(rowsOf);
  const log = new LogGuard({
    async beginNewLog() {
      await beginNewLog();
      // Dexie gives up a database that did not open once.
      if (db.hasFailed() && !db.hasBeenClosed()) await db.open();
    },
    isOpen: () => db.isOpen(),
    settle: () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS)),
  });
  db.on("close", () => log.closed());

  return {
    get: (table, id) =>
      reading(log, async () => {
        const stored = await rowsOf(table).get(id);
        return stored && fromStored(table, stored);
      }),
    list: (table, range = {}) =>
      reading(log, async () => {
        const stored = await within(rowsOf(table), range).toArray();
        return stored.map((row) => fromStored(table, row));
      }),
    count: (table, range = {}) => reading(log, async () => within(rowsOf(table), range).count()),
    async commit({ put = [], remove = [] }) {
      requireDistinct([...put, ...remove]);
      const touched = [...new Set([...put, ...remove].map(({ table }) => table))];
      if (touched.length === 0) return ok(undefined);
      return await writing(() =>
        log.write(() =>
          db.transaction("rw", touched.map(rowsOf), async () => {
            for (const table of touched) {
              const rows = put.filter((row) => row.table === table);
              const before = await rowsOf(table).bulkGet(rows.map(({ id }) => id));
              if (rows.some(({ version }, i) => version !== (before[i]?.version ?? 0) + 1)) return refused("conflict");
            }
            for (const table of touched) {
              await rowsOf(table).bulkDelete(remove.filter((key) => key.table === table).map(({ id }) => id));
              await rowsOf(table).bulkPut(put.filter((row) => row.table === table).map(toStored));
            }
            return ok(undefined);
          }),
        ),
      );
    },
    async clear() {
      await writing(() =>
        log.removeAll(() =>
          db.transaction("rw", everyTable(), async () => {
            for (const table of everyTable()) await table.clear();
          }),
        ),
      );
    },
    async close() {
      db.close();
    },
  };
}

function within(table: DexieTable<StoredRow, string>, range: RowRange): Collection<StoredRow, string> {
  const { index, after, before, limit, descending } = range;
  const place = index === undefined ? [] : [index];
  const isBounded = after !== undefined || before !== undefined;
  const lower = isBounded ? [...place, after ?? UNORDERED, LAST] : place;
  const upper = before === undefined ? [...place, LAST] : [...place, before];
  const rows = table
    .where(index === undefined ? "[order+id]" : "[index+order+id]")
    .between(lower as IndexableType, upper as IndexableType, false, false);
  const sorted = descending ? rows.reverse() : rows;
  return limit === undefined ? sorted : sorted.limit(limit);
}

function toStored({ table: _, order = UNORDERED, index, ...row }: Row): StoredRow {
  return index === undefined ? { ...row, order } : { ...row, index, order };
}

function fromStored(table: Table, { order, ...row }: StoredRow): Row {
  return order === UNORDERED ? { table, ...row } : { table, ...row, order };
}

async function reading<Value>(log: LogGuard, read: () => Promise<Value>): Promise<Value> {
  try {
    return await log.read(read);
  } catch (cause) {
    throw new Error("could not read from this device", { cause });
  }
}

async function writing<Value>(write: () => Promise<Value>): Promise<Value> {
  try {
    return await write();
  } catch (cause) {
    throw new Error(isFull(cause) ? "could not store: this device is full" : "could not store on this device", {
      cause,
    });
  }
}

/** Dexie wraps what aborted a transaction in `inner`. */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "QuotaExceededError" || ("inner" in error && isFull(error.inner));
}
