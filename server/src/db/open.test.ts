import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { expect, test } from "vitest";
import { seededRandom } from "../testing/seeded-random.ts";
import { openDatabase } from "./open.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");
const JOURNAL = join("meta", "_journal.json");
const entries: readonly unknown[] = JSON.parse(readFileSync(join(MIGRATIONS, JOURNAL), "utf8")).entries;

/** A database as the relay left it that knew only the first `count` migrations. */
function createOld(path: string, count: number): void {
  const folder = mkdtempSync(join(tmpdir(), "tacit-migrations-"));
  cpSync(MIGRATIONS, folder, { recursive: true });
  writeFileSync(join(folder, JOURNAL), JSON.stringify({ entries: entries.slice(0, count) }));
  const client = new Database(path);
  migrate(drizzle({ client }), { migrationsFolder: folder });
  client.exec(`INSERT INTO accounts VALUES ('id', 'alice', 'record', 's', x'01', x'02', x'03', 1, 1, x'04')`);
  client.close();
  rmSync(folder, { recursive: true });
}

test.each(entries.map((_, i) => i + 1))(
  "a database that has seen %i migrations is brought up to date and keeps its rows",
  (count) => {
    const folder = mkdtempSync(join(tmpdir(), "tacit-old-"));
    createOld(join(folder, "relay.db"), count);
    const shapeOf = ({ $client }: ReturnType<typeof openDatabase>) =>
      $client.prepare("SELECT name, sql FROM sqlite_master ORDER BY name").all();
    const random = seededRandom("old");

    const old = openDatabase(join(folder, "relay.db"), random);

    expect(shapeOf(old)).toEqual(shapeOf(openDatabase(":memory:", random)));
    expect(old.$client.prepare("SELECT login FROM accounts").pluck().all()).toEqual(["alice"]);
    old.$client.close();
    rmSync(folder, { recursive: true });
  },
);

test("a device keeps its epoch when that gets a row of its own, and the keys that it has left are counted", () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-states-"));
  const path = join(folder, "relay.db");
  createOld(path, 7);
  const before = new Database(path);
  before.exec(`
    INSERT INTO devices (mailbox, account_id, device_id, registration_id, epoch) VALUES (x'aa', 'id', 1, 1, 41);
    INSERT INTO one_time_prekeys (mailbox, kind, id, key) VALUES
      (x'aa', 'x25519', 1, x'01'), (x'aa', 'x25519', 2, x'02'), (x'aa', 'x25519', 3, NULL), (x'aa', 'kyber', 1, x'03')`);
  before.close();

  const { $client } = openDatabase(path, seededRandom("states"));

  expect($client.prepare("SELECT epoch, x25519_left, kyber_left FROM device_states").raw().all()).toEqual([[41, 2, 1]]);
  $client.close();
  rmSync(folder, { recursive: true });
});

test("what waits in an old database is known by its hours", () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-hours-"));
  const path = join(folder, "relay.db");
  createOld(path, 9);
  const before = new Database(path);
  before.exec(`
    INSERT INTO devices (mailbox, account_id, device_id, registration_id) VALUES (x'aa', 'id', 1, 1);
    INSERT INTO envelopes (sequence, mailbox, id, digest, expires_at_ms, sealed) VALUES
      (3, x'aa', x'01', x'', 7, x''), (4, x'aa', x'02', x'', 7, x''),
      (6, x'aa', x'03', x'', 9, x''), (7, x'aa', x'04', x'', 7, x'')`);
  before.close();

  const { $client } = openDatabase(path, seededRandom("hours"));

  const rows = $client.prepare("SELECT * FROM expiries ORDER BY first_sequence").raw().all();
  expect(rows).toEqual([
    [3, 7, 0],
    [6, 9, 0],
    [7, 7, 0],
  ]);
  $client.close();
  rmSync(folder, { recursive: true });
});

test("only the queue keeps its rows in the order in which they came", () => {
  const { $client } = openDatabase(":memory:", seededRandom("order"));

  const ordered = $client.prepare("SELECT name FROM pragma_table_list WHERE wr = 0").pluck().all() as string[];

  // But for the libraries' own, and for a table of one row.
  const names = ordered.filter((name) => !/^(?:__|sqlite_)/.test(name) && name !== "relay");
  expect(names.sort()).toEqual(["envelopes"]);
});

test("a database that a newer relay has brought up to date is refused, and left as it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-newer-"));
  const path = join(folder, "relay.db");
  const random = seededRandom("newer");
  openDatabase(path, random).$client.close();
  const newer = new Database(path);
  newer.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 9007199254740991)");
  newer.close();

  expect(() => openDatabase(path, random)).toThrow(
    expect.objectContaining({ cause: new Error("a newer relay has been at it, and there is no way down") }),
  );

  const after = new Database(path, { readonly: true });
  expect(after.prepare("SELECT count(*) FROM __drizzle_migrations").pluck().get()).toBe(entries.length + 1);
  after.close();
  rmSync(folder, { recursive: true });
});
