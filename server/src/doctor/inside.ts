import { existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS } from "@tacit/shared/limits";
import Database from "better-sqlite3";
import { newestBackup } from "../backup/backup.ts";
import { DISK_RESERVE_BYTES } from "../disk-guard.ts";
import { MIGRATIONS } from "../places.ts";
import { broken, doubtful, type Finding, reasonOf, well } from "./finding.ts";

const GIB = 1024 ** 3;
const BACKUP_DAYS = 7;
/** When this was written: a clock before it is wrong. */
const WRITTEN_MS = Date.UTC(2026, 10, 1);
const WHERE_IT_IS = "Set DATA_DIR as it is for the relay.";
const JOURNAL = join(MIGRATIONS, "meta/_journal.json");

export function checkClock(nowMs: number, database: string): Finding {
  const advice = "Let the machine keep time by itself (systemd-timesyncd, chrony): credentials and cards depend on it.";
  const lastMs = existsSync(database) ? statSync(database).mtimeMs : 0;
  if (nowMs < WRITTEN_MS || nowMs < lastMs - DAY_MS) {
    return broken("clock", `it says ${new Date(nowMs).toISOString()}, which is over`, advice);
  }
  return well("clock", new Date(nowMs).toISOString());
}

export function checkDisk(directory: string): Finding {
  if (!existsSync(directory)) return broken("disk", `there is no ${directory}`, WHERE_IT_IS);
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const says = `${(free / GIB).toFixed(1)} GiB free for ${directory}`;
  if (free < DISK_RESERVE_BYTES) {
    return broken("disk", says, "The relay takes no new messages until there is room. What waits is safe.");
  }
  return free < 5 * DISK_RESERVE_BYTES ? doubtful("disk", says, "Make room before it is full.") : well("disk", says);
}

export function checkDatabase(database: string): Finding {
  const about = "database";
  if (!existsSync(database))
    return broken(about, `there is none at ${database}`, `${WHERE_IT_IS} If it is lost, restore a backup.`);
  try {
    const client = new Database(database, { readonly: true, fileMustExist: true });
    const [check] = client.pragma("quick_check(1)") as { readonly quick_check: string }[];
    const { n } = client.prepare("SELECT count(*) AS n FROM __drizzle_migrations").get() as { readonly n: number };
    client.close();
    const { entries } = JSON.parse(readFileSync(JOURNAL, "utf8")) as { readonly entries: readonly unknown[] };
    if (check?.quick_check !== "ok") return broken(about, "it is damaged", "Stop the relay and restore a backup.");
    if (n > entries.length) {
      return broken(about, "it is of a newer version of Tacit", "Go back to the newer version: there is no way down.");
    }
    if (n < entries.length) return doubtful(about, "it is of an older version", "The next start brings it up to date.");
    return well(about, "whole, and of this version");
  } catch (failure) {
    return broken(about, `it does not open (${reasonOf(failure)})`, "Stop the relay and restore a backup.");
  }
}

export function checkSecrets(directory: string): Finding {
  const missing = ["opaque-setup", "login-key"].filter((name) => !existsSync(join(directory, name)));
  if (missing.length > 0) {
    const advice = "Restore them from their backup: without them nobody signs in again.";
    return broken("secrets", `${missing.join(" and ")} missing in ${directory}`, advice);
  }
  return well("secrets", `in ${directory}; keep a copy of your own: tacit backup secrets FILE`);
}

export function checkBackups(directory: string, nowMs: number): Finding {
  const newest = newestBackup(directory);
  const advice = "tacit backup data writes one while the relay runs; copy it to another machine.";
  if (newest === undefined) return doubtful("backups", `there is none in ${directory}`, advice);
  const days = Math.floor((nowMs - statSync(join(directory, newest)).mtimeMs) / DAY_MS);
  const says = `the newest is ${newest}, of ${days === 0 ? "today" : `${days} days ago`}`;
  return days > BACKUP_DAYS ? doubtful("backups", says, advice) : well("backups", says);
}
