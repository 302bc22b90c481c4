import type { Row, RowKey, RowRange, Table } from "./ports/store.ts";
import { isRead, type Kind, type Put, type Records, type Stored, type Unread } from "./records.ts";

type Place = { readonly index?: string | undefined; readonly order?: number | undefined };

/**
 * One unit of work: what it reads includes what it wrote, and all of it is committed together or not at all. A ratchet
 * step and the message that it belongs to are always in the same one.
 */
export class Work {
  readonly records: Records;
  readonly #puts = new Map<string, Put>();
  readonly #known = new Map<string, Stored<unknown> | undefined>();
  readonly #rows = new Map<string, Row>();
  readonly #removes = new Map<string, RowKey>();
  readonly #topics = new Set<string>();
  readonly #afterwards: (() => void)[] = [];

  constructor(records: Records) {
    this.records = records;
  }

  async get<Value>(kind: Kind<Value>, id: string): Promise<Value | undefined> {
    const key = `${kind.table}/${id}`;
    if (this.#removes.has(key)) return undefined;
    if (!this.#known.has(key)) this.#known.set(key, await this.records.get(kind, id));
    // A key holds values of the kind that wrote it.
    return this.#known.get(key)?.value as Value | undefined;
  }

  /** The records of a range as they are stored; each can then be put. */
  async list<Value>(kind: Kind<Value>, range: RowRange): Promise<readonly Stored<Value>[]> {
    const listed = await this.listAll(kind, range);
    return listed.filter(isRead);
  }

  /** The same, with the rows that give no record: those can be removed. */
  async listAll<Value>(kind: Kind<Value>, range: RowRange): Promise<readonly (Stored<Value> | Unread)[]> {
    const listed = await this.records.listAll(kind, range);
    for (const row of listed) {
      const key = `${kind.table}/${row.id}`;
      if (isRead(row) && !this.#known.has(key)) this.#known.set(key, row);
    }
    return listed;
  }

  /** Writes a record that is new, or that this work has read. The place of an existing record stays as it was. */
  put<Value>(kind: Kind<Value>, id: string, value: Value, place: Place = {}): void {
    const key = `${kind.table}/${id}`;
    const before = this.#known.get(key) ?? this.records.held(kind, id);
    const isPending = this.#puts.has(key);
    const last = before?.version ?? this.records.unreadVersion(kind.table, id);
    const version = isPending ? last : last + 1;
    const { index, order } = before ?? place;
    const stored = { id, index, order, version, value };
    this.#known.set(key, stored);
    this.#puts.set(key, { kind: kind as Kind<unknown>, stored });
    this.#removes.delete(key);
  }

  /** A row that the keyholder has already sealed: sessions, prekeys. The last one of an id counts. */
  putRow(row: Row): void {
    this.#rows.set(`${row.table}/${row.id}`, row);
  }

  /** The sealed row that this work is about to write, if any. */
  pendingRow(table: Table, id: string): Row | undefined {
    return this.#rows.get(`${table}/${id}`);
  }

  remove(table: Table, id: string): void {
    const key = `${table}/${id}`;
    this.#puts.delete(key);
    this.#rows.delete(key);
    this.#removes.set(key, { table, id });
  }

  /** Names what screens have to show anew once this is committed. */
  touch(...topics: readonly string[]): void {
    for (const topic of topics) this.#topics.add(topic);
  }

  /** Runs once this is committed. */
  afterwards(action: () => void): void {
    this.#afterwards.push(action);
  }

  /** Answers the topics touched. */
  async commit(): Promise<ReadonlySet<string>> {
    if (this.#puts.size + this.#rows.size + this.#removes.size > 0) {
      await this.records.commit([...this.#puts.values()], [...this.#rows.values()], [...this.#removes.values()]);
    }
    for (const action of this.#afterwards) action();
    return this.#topics;
  }
}
