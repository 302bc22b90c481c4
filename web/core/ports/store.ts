import type { Bytes } from "@tacit/shared/bytes";
import type { Result } from "@tacit/shared/result";

export const TABLES = [
  "meta",
  "contacts",
  "messages",
  "sessions",
  "prekeys",
  "outbox",
  "seen",
  "sent",
  "drafts",
  "replays",
  "files",
] as const;
export type Table = (typeof TABLES)[number];

/**
 * One sealed record. `id`, `index` and `order` are what the store can find it by: keyed hashes and local counters,
 * never a name, an id of a person, or a time more exact than a day. `version` grows by one with each write of the same row.
 */
export type Row = {
  readonly table: Table;
  readonly id: string;
  /** Equality index. */
  readonly index?: string | undefined;
  /** Order within the table or within one `index`. A local sequence number. */
  readonly order?: number | undefined;
  readonly version: number;
  readonly sealed: Bytes;
};
export type RowKey = { readonly table: Table; readonly id: string };

export type RowRange = {
  readonly index?: string | undefined;
  /** Exclusive bounds of `order`. */
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
  /** Ascending by `order` (rows without one by id) unless true. */
  readonly descending?: boolean | undefined;
};

export type Commit = {
  readonly put?: readonly Row[] | undefined;
  readonly remove?: readonly RowKey[] | undefined;
};

export type Store = {
  get(table: Table, id: string): Promise<Row | undefined>;
  list(table: Table, range?: RowRange): Promise<readonly Row[]>;
  count(table: Table, range?: RowRange): Promise<number>;
  /**
   * All or nothing, durable when the promise resolves. A put whose `version` is not exactly one above the stored row's
   * (1 for a new row) is a "conflict": nothing is written. Rejects when the device cannot store (full, broken).
   */
  commit(commit: Commit): Promise<Result<undefined, "conflict">>;
  /** Deletes every row of every table. */
  clear(): Promise<void>;
  close(): Promise<void>;
};
