import Database from "better-sqlite3";
import { eq } from "drizzle-orm";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { MIGRATIONS } from "../places.ts";
import type { Random } from "../ports.ts";
import { relay } from "./schema.ts";

export type Db = BetterSQLite3Database & { readonly $client: Database.Database };

/**
 * Opens (and where needed creates) the database at `place`, ":memory:" included, and brings it up to date. A commit is
 * on the disk when it returns; what is deleted is overwritten. Bytes of a database are opened in memory. Throws where a
 * newer relay has been at it: what this one would write, the newer one would take for something else.
 */
export function openDatabase(place: string | Buffer, random: Random): Db {
  try {
    const client = new Database(place);
    // Three envelopes of the smallest bucket to a page, and a checkpoint each 32 MiB: tests/bench/relay.ts.
    client.pragma("page_size = 8192");
    client.pragma("journal_mode = WAL");
    client.pragma("wal_autocheckpoint = 4096");
    client.pragma("synchronous = FULL");
    client.pragma("secure_delete = ON");
    client.pragma("foreign_keys = ON");
    client.pragma("busy_timeout = 5000");
    const db = drizzle({ client });
    migrate(db, { migrationsFolder: MIGRATIONS });
    if (isNewer(client)) {
      client.close();
      throw new Error("a newer relay has been at it, and there is no way down");
    }
    db.insert(relay)
      .values({ id: 1, storeEpoch: random(16) })
      .onConflictDoNothing()
      .run();
    return db;
  } catch (cause) {
    throw new Error("could not open the database", { cause });
  }
}

/** 16 bytes made with the database. Another value tells clients that the relay was restored or begun anew. */
export function readStoreEpoch(db: Db) {
  const row = db.select().from(relay).where(eq(relay.id, 1)).get();
  if (row === undefined) throw new Error("the database has no store epoch");
  return row.storeEpoch;
}

/** Whether it has seen a migration that this relay does not know. */
function isNewer(client: Database.Database): boolean {
  const known = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ folderMillis }) => folderMillis);
  return Number(client.prepare("SELECT max(created_at) FROM __drizzle_migrations").pluck().get()) > Math.max(...known);
}
