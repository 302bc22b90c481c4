import { copyBytes } from "@tacit/shared/bytes";
import { ok, refused } from "@tacit/shared/result";
import { requireDistinct } from "../distinct-rows.ts";
import type { Row, RowRange, Store, Table } from "../ports/store.ts";

/** What outlives a closed store: open another one on it to restart. */
export type MemoryDisk = {
  readonly tables: Map<Table, Map<string, Row>>;
  /** Commits reject while true. */
  isFull: boolean;
};

export function memoryDisk(): MemoryDisk {
  return { tables: new Map(), isFull: false };
}

/** The disk as it is now; later commits to the one do not reach the other. */
export function copyDisk(disk: MemoryDisk): MemoryDisk {
  const tables = new Map([...disk.tables].map(([table, rows]) => [table, new Map(rows)]));
  return { tables, isFull: disk.isFull };
}

export function memoryStore(disk: MemoryDisk = memoryDisk()): Store {
  let isClosed = false;

  function rowsOf(table: Table): Map<string, Row> {
    if (isClosed) throw new Error("the store is closed");
    const rows = disk.tables.get(table) ?? new Map<string, Row>();
    disk.tables.set(table, rows);
    return rows;
  }

  return {
    async get(table, id) {
      const row = rowsOf(table).get(id);
      return row && copyRow(row);
    },
    async list(table, range = {}) {
      const rows = [...rowsOf(table).values()].filter((row) => isWithin(row, range)).sort(byOrder);
      if (range.descending) rows.reverse();
      return rows.slice(0, range.limit).map(copyRow);
    },
    async count(table, range = {}) {
      const rows = [...rowsOf(table).values()].filter((row) => isWithin(row, range));
      return Math.min(rows.length, range.limit ?? rows.length);
    },
    async commit({ put = [], remove = [] }) {
      requireDistinct([...put, ...remove]);
      for (const row of put) {
        if ((rowsOf(row.table).get(row.id)?.version ?? 0) !== row.version - 1) return refused("conflict");
      }
      if (disk.isFull) throw new Error("could not store: the disk is full");
      for (const key of remove) rowsOf(key.table).delete(key.id);
      for (const row of put) rowsOf(row.table).set(row.id, copyRow(row));
      return ok(undefined);
    },
    async clear() {
      if (isClosed) throw new Error("the store is closed");
      disk.tables.clear();
    },
    async close() {
      isClosed = true;
    },
  };
}

function isWithin(row: Row, { index, after, before }: RowRange): boolean {
  if (index !== undefined && row.index !== index) return false;
  if (after === undefined && before === undefined) return true;
  if (row.order === undefined) return false;
  return row.order > (after ?? Number.NEGATIVE_INFINITY) && row.order < (before ?? Number.POSITIVE_INFINITY);
}

/** Rows without an order come first, by id. */
function byOrder(a: Row, b: Row): number {
  const [orderA, orderB] = [a.order ?? Number.NEGATIVE_INFINITY, b.order ?? Number.NEGATIVE_INFINITY];
  if (orderA !== orderB) return orderA < orderB ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function copyRow(row: Row): Row {
  return { ...row, sealed: copyBytes(row.sealed) };
}
