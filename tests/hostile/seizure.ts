import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountId } from "@tacit/shared/ids";
import Database from "better-sqlite3";

/** Two people who talk, or do not; by account id. */
export type Pair = readonly [AccountId, AccountId];
/** How much a seized disk speaks for a pair. */
export type Score = (pair: Pair) => number;

type Occurrence = { readonly account: AccountId; readonly place: number };

/** Every file under the relay's folder, by its path. */
export function readFiles(dataDir: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]));
}

/** Every value of every row of its database, as text. */
export function valuesOf(dataDir: string): ReadonlySet<string> {
  const database = new Database(join(dataDir, "relay.db"), { readonly: true });
  const all = (sql: string) => database.prepare(sql).raw().all() as unknown[][];
  const tables = all("SELECT name FROM sqlite_master WHERE type = 'table'").flat();
  const values = new Set(tables.flatMap((table) => all(`SELECT * FROM ${table}`).flat().map(String)));
  database.close();
  return values;
}

/**
 * The ways that we know to guess from a relay's disk who talks with whom. Each makes one score of one kind of trace:
 * rows that lie beside each other, values that two accounts share, and bytes that lie beside each other in the files,
 * deleted ones and the write-ahead log included. Each is over what chance would have: who is busier is beside everybody
 * more often.
 */
export function predictors(dataDir: string): ReadonlyMap<string, Score> {
  const database = new Database(join(dataDir, "relay.db"), { readonly: true });
  const all = (sql: string) => database.prepare(sql).raw().all() as unknown[][];
  const accountOf = new Map<string, AccountId>();
  for (const [mailbox, account] of all("SELECT mailbox, account_id FROM devices")) {
    accountOf.set((mailbox as Buffer).toString("hex"), account as AccountId);
    accountOf.set(account as string, account as AccountId);
  }
  const tables = (all("SELECT name FROM sqlite_master WHERE type = 'table'") as string[][]).map(([name = ""]) => name);

  const found = new Map<string, Score>();
  const holders = new Map<string, Set<AccountId>>();
  const busyHours = new Map<string, Map<AccountId, number>>();
  for (const table of tables) {
    const rows = all(`SELECT * FROM ${table}`);
    const occurrences: Occurrence[] = [];
    for (const [place, row] of rows.entries()) {
      const account = row.map((value) => accountOf.get(toText(value))).find((owner) => owner !== undefined);
      if (account === undefined) continue;
      occurrences.push({ account, place });
      for (const value of row) {
        if (value instanceof Buffer && value.length >= 16) add(holders, value.toString("hex"), account);
        if (typeof value !== "number" || value < 1e12) continue;
        const hour = busyHours.get(`${table} ${value}`) ?? new Map<AccountId, number>();
        busyHours.set(`${table} ${value}`, hour.set(account, (hour.get(account) ?? 0) + 1));
      }
    }
    if (occurrences.length > 0) found.set(`neighbours in ${table}`, neighbours(occurrences));
  }
  database.close();

  found.set("values of two accounts", ([a, b]) => {
    return [...holders.values()].filter((accounts) => accounts.has(a) && accounts.has(b)).length;
  });
  const totals = new Map<AccountId, number>();
  for (const hour of busyHours.values()) {
    for (const [account, count] of hour) totals.set(account, (totals.get(account) ?? 0) + count);
  }
  found.set("the same hours", ([a, b]) => {
    let sum = 0;
    for (const hour of busyHours.values()) sum += (hour.get(a) ?? 0) * (hour.get(b) ?? 0);
    return sum / Math.max(1, (totals.get(a) ?? 0) * (totals.get(b) ?? 0));
  });
  const needles = [...accountOf].map(([text, account]) => {
    return { needle: text === account ? Buffer.from(text) : Buffer.from(text, "hex"), account };
  });
  for (const [path, bytes] of readFiles(dataDir)) {
    const occurrences = needles.flatMap(({ needle, account }) =>
      placesOf(bytes, needle).map((place) => ({ account, place })),
    );
    if (occurrences.length > 0)
      found.set(`neighbours in the bytes of ${path.slice(dataDir.length + 1)}`, neighbours(occurrences));
  }
  return found;
}

/** The chance that a pair that talks has a higher score than one that does not; 0.5 is a guess. */
export function areaUnderCurve(score: Score, linked: readonly Pair[], unlinked: readonly Pair[]): number {
  const [theirs, others] = [linked.map(score), unlinked.map(score)];
  let won = 0;
  for (const a of theirs) for (const b of others) won += a > b ? 1 : a === b ? 0.5 : 0;
  return won / (theirs.length * others.length);
}

function neighbours(occurrences: readonly Occurrence[]): Score {
  const REACH = 4;
  const order = [...occurrences].sort((x, y) => x.place - y.place);
  const met = new Map<string, number>();
  const total = new Map<AccountId, number>();
  for (const [at, { account }] of order.entries()) {
    total.set(account, (total.get(account) ?? 0) + 1);
    for (let ahead = 1; ahead <= REACH; ahead++) {
      const other = order[at + ahead]?.account;
      if (other === undefined || other === account) continue;
      met.set(nameOf([account, other]), (met.get(nameOf([account, other])) ?? 0) + 1 / ahead);
    }
  }
  return ([a, b]) => (met.get(nameOf([a, b])) ?? 0) / Math.max(1, (total.get(a) ?? 0) * (total.get(b) ?? 0));
}

function nameOf([a, b]: Pair): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function toText(value: unknown): string {
  return value instanceof Buffer ? value.toString("hex") : String(value);
}

function add(holders: Map<string, Set<AccountId>>, value: string, account: AccountId): void {
  holders.set(value, (holders.get(value) ?? new Set()).add(account));
}

function placesOf(bytes: Buffer, needle: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) places.push(at);
  return places;
}
