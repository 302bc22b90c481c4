import { decode, encode } from "@tacit/shared/codec";
import type * as z from "zod/mini";
import { OtherOwner } from "./guarded-store.ts";
import type { Keyholder, PlainRow, Row, RowKey, RowRange, Store, Table } from "./ports.ts";

const MAX_RECORD_BYTES = 1024 * 1024;

/** One sort of record: its table and what a sealed row of it holds. */
export type Kind<Value> = { readonly table: Table; readonly schema: z.ZodMiniType<Value> };

type Place = { readonly index?: string | undefined; readonly order?: number | undefined };
export type Stored<Value> = Place & { readonly id: string; readonly version: number; readonly value: Value };

/** Typed records over sealed rows. Tables named in `cached` are held in memory between `load` and `forget`. */
export class Records {
  readonly #store: Store;
  readonly #keyholder: Keyholder;
  readonly #cached: ReadonlySet<Table>;
  readonly #cache = new Map<string, Stored<unknown>>();
  readonly #blinded = new Map<string, string>();

  constructor(store: Store, keyholder: Keyholder, cached: readonly Table[]) {
    this.#store = store;
    this.#keyholder = keyholder;
    this.#cached = new Set(cached);
  }

  /** Reads every record of one cached kind. Records that do not open, or do not parse, are left out. */
  async load<Value>(kind: Kind<Value>, ids?: readonly string[]): Promise<void> {
    const rows = await this.#store.list(kind.table);
    const wanted = ids === undefined ? rows : rows.filter((row) => ids.includes(row.id));
    for (const stored of await this.#open(kind, wanted)) this.#cache.set(key(kind.table, stored.id), stored);
  }

  forget(): void {
    this.#cache.clear();
    this.#blinded.clear();
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

  async list<Value>(kind: Kind<Value>, range: RowRange): Promise<readonly Stored<Value>[]> {
    return this.#open(kind, await this.#store.list(kind.table, range));
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
      if (this.#cached.has(kind.table)) this.#cache.set(key(kind.table, stored.id), stored);
    }
    for (const { table, id } of removes) this.#cache.delete(key(table, id));
  }

  async #open<Value>(kind: Kind<Value>, rows: readonly Row[]): Promise<readonly Stored<Value>[]> {
    if (rows.length === 0) return [];
    const opened = await this.#keyholder.open(rows);
    return rows.flatMap(({ id, index, order, version }, at) => {
      const plain = opened[at];
      const decoded = plain && decode(plain, MAX_RECORD_BYTES);
      if (!decoded?.ok) return [];
      const parsed = kind.schema.safeParse(decoded.value);
      return parsed.success ? [{ id, index, order, version, value: parsed.data }] : [];
    });
  }
}

export type Put = { readonly kind: Kind<unknown>; readonly stored: Stored<unknown> };

function key(table: Table, id: string): string {
  return `${table}/${id}`;
}
