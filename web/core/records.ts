import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type * as z from "zod/mini";
import { OtherOwner } from "./guarded-store.ts";
import type { Keyholder, PlainRow } from "./ports/keyholder.ts";
import type { Row, RowKey, RowRange, Store, Table } from "./ports/store.ts";

const MAX_RECORD_BYTES = 1024 * 1024;
/** More than the conversations on the screen show at once. */
const MAX_REMEMBERED = 2_000;

/** One sort of record: its table and what a sealed row of it holds. */
export type Kind<Value> = { readonly table: Table; readonly schema: z.ZodMiniType<Value> };

type Place = { readonly index?: string | undefined; readonly order?: number | undefined };
export type Stored<Value> = Place & { readonly id: string; readonly version: number; readonly value: Value };
/** A row that is there and gives no record. */
export type Unread = Place & { readonly id: string; readonly version: number; readonly value?: undefined };
export function isRead<Value>(row: Stored<Value> | Unread): row is Stored<Value> {
  return row.value !== undefined;
}

/**
 * Typed records over sealed rows. Tables named in `cached` are held in memory between `load` and `forget`. Of tables named
 * in `remembered` the records that were met last are: where the same version is stored, it is not opened again.
 */
export class Records {
  readonly #store: Store;
  readonly #keyholder: Keyholder;
  readonly #cached: ReadonlySet<Table>;
  #cache = new Map<string, Stored<unknown>>();
  /** What `renew` has read so far. */
  #fresh: Map<string, Stored<unknown>> | undefined;
  readonly #remembered: ReadonlySet<Table>;
  readonly #met = new Map<string, Stored<unknown>>();
  readonly #blinded = new Map<string, string>();
  /** The versions of rows that are there and do not open, or do not parse. */
  readonly #unread = new Map<string, number>();

  constructor(store: Store, keyholder: Keyholder, cached: readonly Table[], remembered: readonly Table[] = []) {
    this.#store = store;
    this.#keyholder = keyholder;
    this.#cached = new Set(cached);
    this.#remembered = new Set(remembered);
  }

  /** Reads every record of one cached kind. Records that do not open, or do not parse, are left out. */
  async load<Value>(kind: Kind<Value>, ids?: readonly string[]): Promise<void> {
    const rows = await this.#store.list(kind.table);
    const wanted = ids === undefined ? rows : rows.filter((row) => ids.includes(row.id));
    const read = await this.#open(kind, wanted);
    const cache = this.#fresh ?? this.#cache;
    for (const stored of read) cache.set(key(kind.table, stored.id), stored);
  }

  /** Reads anew what is held, by `loadAll`. Until that is done, and where it fails, everything is held as it was. */
  async renew(loadAll: () => Promise<void>): Promise<void> {
    const fresh = new Map<string, Stored<unknown>>();
    this.#met.clear();
    this.#blinded.clear();
    this.#unread.clear();
    this.#fresh = fresh;
    try {
      await loadAll();
    } finally {
      this.#fresh = undefined;
    }
    this.#cache = fresh;
  }

  forget(): void {
    this.#cache.clear();
    this.#met.clear();
    this.#blinded.clear();
    this.#unread.clear();
  }

  /**
   * The version of a row that was read and gave no record: one that is damaged, or of a version that we do not know. What
   * is written there takes its place. 0: there is none.
   */
  unreadVersion(table: Table, id: string): number {
    return this.#unread.get(key(table, id)) ?? 0;
  }

  /** The rows of one table that were read and gave no record. */
  unreadIds(table: Table): readonly string[] {
    const prefix = key(table, "");
    return [...this.#unread.keys()].filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
  }

  /** A record of a cached table. */
  held<Value>(kind: Kind<Value>, id: string): Stored<Value> | undefined {
    // A key holds values of the kind that wrote it.
    return this.#cache.get(key(kind.table, id)) as Stored<Value> | undefined;
  }

  /** Every record of a cached table that this kind wrote. */
  allHeld<Value>(kind: Kind<Value>): readonly Stored<Value>[] {
    const prefix = key(kind.table, "");
    return [...this.#cache].filter(([id]) => id.startsWith(prefix)).map(([, stored]) => stored as Stored<Value>);
  }

  async get<Value>(kind: Kind<Value>, id: string): Promise<Stored<Value> | undefined> {
    if (this.#cached.has(kind.table)) return this.held(kind, id);
    const row = await this.#store.get(kind.table, id);
    return row === undefined ? undefined : (await this.#open(kind, [row]))[0];
  }

  /** Without the rows that give no record. */
  async list<Value>(kind: Kind<Value>, range: RowRange): Promise<readonly Stored<Value>[]> {
    return this.#open(kind, await this.#store.list(kind.table, range));
  }

  /** With the rows that give no record, each in its place. */
  async listAll<Value>(kind: Kind<Value>, range: RowRange): Promise<readonly (Stored<Value> | Unread)[]> {
    const rows = await this.#store.list(kind.table, range);
    const read = new Map((await this.#open(kind, rows)).map((stored) => [stored.id, stored]));
    return rows.map(({ id, index, order, version }) => read.get(id) ?? { id, index, order, version });
  }

  /** The keyed hash of `value` for ids and indexes of one table. */
  async blind(table: Table, value: string): Promise<string> {
    return (await this.blindAll(table, [value]))[0] as string;
  }

  async blindAll(table: Table, values: readonly string[]): Promise<readonly string[]> {
    const missing = values.filter((value) => !this.#blinded.has(key(table, value)));
    if (missing.length > 0) {
      const blinded = await this.#keyholder.blind(table, missing);
      if (this.#blinded.size > 20_000) this.#blinded.clear();
      for (const [at, value] of missing.entries()) this.#blinded.set(key(table, value), blinded[at] as string);
      if (missing.length < values.length) return this.blindAll(table, values);
    }
    return values.map((value) => this.#blinded.get(key(table, value)) as string);
  }

  /** Seals and writes a unit of work, all or nothing. Throws when somebody else wrote one of the rows meanwhile. */
  async commit(puts: readonly Put[], rows: readonly Row[], removes: readonly RowKey[]): Promise<void> {
    const plain = puts.map(({ kind, stored }): PlainRow => {
      const { id, index, order, version, value } = stored;
      return { table: kind.table, id, index, order, version, plain: encode(value) };
    });
    const sealed = plain.length === 0 ? [] : await this.#keyholder.seal(plain);
    const done = await this.#store.commit({ put: [...sealed, ...rows], remove: removes });
    if (!done.ok) throw new OtherOwner("a row changed under this unit of work: two owners of one store");
    for (const { kind, stored } of puts) {
      this.#unread.delete(key(kind.table, stored.id));
      if (this.#cached.has(kind.table)) this.#cache.set(key(kind.table, stored.id), stored);
      this.#remember(kind.table, stored);
    }
    for (const { table, id } of removes) {
      this.#unread.delete(key(table, id));
      this.#cache.delete(key(table, id));
      this.#met.delete(key(table, id));
    }
  }

  async #open<Value>(kind: Kind<Value>, rows: readonly Row[]): Promise<readonly Stored<Value>[]> {
    const known = rows.map(({ id, version }) => {
      const met = this.#met.get(key(kind.table, id));
      // A key holds values of the kind that wrote it.
      return met?.version === version ? (met as Stored<Value>) : undefined;
    });
    const strange = rows.filter((_, at) => known[at] === undefined);
    const opened = strange.length === 0 ? [] : await this.#keyholder.open(strange);
    const read = new Map(strange.map((row, at) => [row.id, parse(kind, row, opened[at])]));
    return rows.flatMap(({ id, version }, at) => {
      const stored = known[at] ?? read.get(id);
      if (stored === undefined) {
        this.#unread.set(key(kind.table, id), version);
        return [];
      }
      this.#unread.delete(key(kind.table, id));
      this.#remember(kind.table, stored);
      return [stored];
    });
  }

  /** As the one met last: the ones met longest ago make room. */
  #remember(table: Table, stored: Stored<unknown>): void {
    if (!this.#remembered.has(table)) return;
    const name = key(table, stored.id);
    this.#met.delete(name);
    this.#met.set(name, stored);
    if (this.#met.size > MAX_REMEMBERED) this.#met.delete(this.#met.keys().next().value as string);
  }
}

export type Put = { readonly kind: Kind<unknown>; readonly stored: Stored<unknown> };

/** `undefined` for what does not open, or does not parse. */
function parse<Value>(kind: Kind<Value>, row: Row, plain: Bytes | undefined): Stored<Value> | undefined {
  const decoded = plain && decode(plain, MAX_RECORD_BYTES);
  if (!decoded?.ok) return undefined;
  const parsed = kind.schema.safeParse(decoded.value);
  const { id, index, order, version } = row;
  return parsed.success ? { id, index, order, version, value: parsed.data } : undefined;
}

function key(table: Table, id: string): string {
  return `${table}/${id}`;
}
