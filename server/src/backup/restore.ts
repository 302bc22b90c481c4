import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { eq, isNotNull } from "drizzle-orm";
import { reconcileBlobs } from "../blobs/reconcile.ts";
import { type Db, openDatabase } from "../db/open.ts";
import { accounts, adminKeys, deliveryKeys, deviceStates, oneTimePreKeys, relay, tokens } from "../db/schema.ts";
import { buildDeliveryKeyStore } from "../delivery-keys/store.ts";
import { toNextHour } from "../hours.ts";
import type { Clock, Random } from "../ports.ts";
import { USED_PREKEY_MEMORY_MS } from "../prekeys/store.ts";
import { nameOf, type Revoked } from "../revocations.ts";
import { isSound, sync } from "./backup.ts";

type Ports = {
  readonly clock: Clock;
  readonly random: Random;
  readonly revoked: Revoked;
  /** Called when nothing is in the way any more, and before the backup is in its place. */
  readonly decided?: () => void;
};
/** What was in the backup and must not come back. */
export type Refused = {
  readonly accounts: number;
  readonly tokens: number;
  readonly keys: number;
  /** Files that waited, and are not beside the database. */
  readonly files: number;
};

/**
 * Puts a backup in the place of the database, while no relay runs. Clients find a new store epoch and publish again
 * what they have; one-time prekeys are dropped, because they may have been handed out since; accounts, tokens and
 * delivery keys that were taken back since stay taken back. docs/decisions/0012.
 */
export function restoreData(from: string, database: string, ports: Ports): Refused {
  assertUnused(database);
  const fresh = `${database}.restored`;
  for (const file of [fresh, `${fresh}-wal`, `${fresh}-shm`]) rmSync(file, { force: true });
  copyFileSync(from, fresh);
  const backup = new Database(fresh);
  const isWhole = isSound(backup);
  backup.close();
  if (!isWhole) {
    rmSync(fresh, { force: true });
    throw new Error(`${from} is no whole database of a relay`);
  }
  const db = openDatabase(fresh, ports.random);
  const blobs = join(dirname(database), "blobs");
  const refused = db.$client.transaction(() => ({ ...renew(db, ports), files: reconcileBlobs(db, blobs) })).immediate();
  db.$client.pragma("wal_checkpoint(TRUNCATE)");
  db.$client.close();
  sync(fresh);
  ports.decided?.();
  for (const file of [`${database}-wal`, `${database}-shm`]) rmSync(file, { force: true });
  renameSync(fresh, database);
  return refused;
}

function renew(db: Db, { clock, random, revoked }: Ports): Omit<Refused, "files"> {
  db.update(relay)
    .set({ storeEpoch: random(16) })
    .run();
  // A link that was used since would work again, and a session that was left.
  db.delete(adminKeys).run();
  db.update(oneTimePreKeys)
    .set({ key: null, signature: null, forgetAtMs: toNextHour(clock.nowMs() + USED_PREKEY_MEMORY_MS) })
    .where(isNotNull(oneTimePreKeys.key))
    .run();
  db.update(deviceStates).set({ x25519Left: 0, kyberLeft: 0 }).run();
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const gone = db
    .select({ id: accounts.id })
    .from(accounts)
    .all()
    .filter(({ id }) => revoked.accounts.has(nameOf(id)));
  for (const { id } of gone) db.delete(accounts).where(eq(accounts.id, id)).run();
  const dead = db
    .select({ hash: tokens.hash })
    .from(tokens)
    .all()
    .filter(({ hash }) => revoked.tokens.has(hex(hash)));
  for (const { hash } of dead) db.delete(tokens).where(eq(tokens.hash, hash)).run();
  const keys = buildDeliveryKeyStore(db, clock);
  const shut = db
    .select({ hash: deliveryKeys.hash, accountId: deliveryKeys.accountId })
    .from(deliveryKeys)
    .all()
    .filter(({ hash }) => revoked.keys.has(hex(hash)));
  for (const { hash, accountId } of shut) keys.retire(accountId, [hash]);
  for (const { id, version } of db
    .select({ id: accounts.id, version: accounts.deliveryKeysVersion })
    .from(accounts)
    .all()) {
    const known = revoked.versions.get(nameOf(id)) ?? 0;
    // No set has this digest, so that one of the known version is refused like any older one.
    if (known > version) keys.setVersion(id, known, new Uint8Array(32));
  }
  return { accounts: gone.length, tokens: dead.length, keys: shut.length };
}

/** Throws while a relay has the database open. */
function assertUnused(database: string): void {
  if (!existsSync(database)) return;
  let client: Database.Database | undefined;
  try {
    client = new Database(database, { timeout: 0 });
    // Whoever else has it open keeps the journal from changing.
    client.pragma("journal_mode = DELETE");
  } catch (cause) {
    const isBusy = cause instanceof Database.SqliteError && cause.code.startsWith("SQLITE_BUSY");
    if (isBusy) throw new Error("the relay is running: stop it first", { cause });
    // A damaged database is what a backup is for.
  } finally {
    client?.close();
  }
}
