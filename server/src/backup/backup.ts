import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { writeDurably } from "../files.ts";

const ALL_PAGES = 0x7fff_ffff;
/** The first line of the file with the secrets, so that nobody takes another for it. */
const SECRETS_KIND = "tacit-secrets-1";
/** What a relay of the same people needs; with the database, what guesses at passwords need. */
const SECRET_FILES = ["opaque-setup", "login-key", "turn-secret"];

/**
 * Writes the database as it is at one moment to `to`, which must not be there, while the relay goes on. Resolves when
 * the copy is checked and on the disk.
 */
export async function backUpData(database: string, to: string): Promise<void> {
  if (!existsSync(database)) throw new Error(`there is no database in ${database}`);
  if (existsSync(to)) throw new Error(`${to} is there already`);
  const unfinished = `${to}.part`;
  rmSync(unfinished, { force: true });
  try {
    await copyTo(unfinished, database);
    sync(unfinished);
    renameSync(unfinished, to);
  } catch (failure) {
    // A disk that is full is not to be left fuller by each try.
    for (const file of [unfinished, `${unfinished}-journal`, `${unfinished}-wal`, `${unfinished}-shm`]) {
      rmSync(file, { force: true });
    }
    throw failure;
  }
}

async function copyTo(file: string, database: string): Promise<void> {
  const source = new Database(database, { readonly: true, fileMustExist: true });
  try {
    // In one step: between two, a busy relay would make it begin again, for ever.
    await source.backup(file, { progress: () => ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new Database(file);
  try {
    // One file is all there is to a backup.
    copy.pragma("journal_mode = DELETE");
    if (!isSound(copy)) throw new Error("the copy is damaged: the disk or the database is");
  } finally {
    copy.close();
  }
}

/** Whether this is a whole database of a relay. One that cannot even be looked at is none. */
export function isSound(database: Database.Database): boolean {
  try {
    return checkDatabase(database);
  } catch {
    return false;
  }
}

function checkDatabase(database: Database.Database): boolean {
  const [check] = database.pragma("integrity_check(1)") as { readonly integrity_check: string }[];
  const tables = database.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name IN ('relay', 'accounts')").get();
  return check?.integrity_check === "ok" && (tables as { readonly n: number }).n === 2;
}

/** The secrets of a relay, as one file that only its owner may read. */
export function backUpSecrets(directory: string, to: string): void {
  const held = SECRET_FILES.filter((name) => existsSync(join(directory, name)));
  const files = held.map((name) => [name, readFileSync(join(directory, name), "utf8")] as const);
  if (files.length === 0) throw new Error(`there are no secrets in ${directory}`);
  writeDurably(to, `${JSON.stringify({ kind: SECRETS_KIND, files: Object.fromEntries(files) })}\n`);
}

/** Puts the secrets of a backup where there are none. Another secret that is there is never replaced. */
export function restoreSecrets(from: string, directory: string): readonly string[] {
  const { kind, files } = JSON.parse(readFileSync(from, "utf8")) as { kind?: unknown; files?: Record<string, unknown> };
  if (kind !== SECRETS_KIND || files === undefined) throw new Error(`${from} is no backup of secrets`);
  const wanted = Object.entries(files).filter(
    (entry): entry is [string, string] => SECRET_FILES.includes(entry[0]) && typeof entry[1] === "string",
  );
  for (const [name, content] of wanted) {
    const file = join(directory, name);
    if (existsSync(file) && readFileSync(file, "utf8").trim() !== content.trim()) {
      throw new Error(`${file} holds another secret: move it away first, if this backup is the right one`);
    }
  }
  const missing = wanted.filter(([name]) => !existsSync(join(directory, name)));
  for (const [name, content] of missing) writeDurably(join(directory, name), content);
  return missing.map(([name]) => name);
}

/** The newest backup of the data in a folder, by name. */
export function newestBackup(directory: string): string | undefined {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names
    .filter((name) => /^tacit-\d{4}-\d{2}-\d{2}-\d{6}\.db$/.test(name))
    .sort()
    .at(-1);
}

/** `tacit-2026-11-21-120000.db` */
export function backupName(nowMs: number): string {
  const [day, time] = new Date(nowMs).toISOString().split("T");
  return basename(`tacit-${day}-${time?.slice(0, 8).replaceAll(":", "")}.db`);
}

export function sync(file: string): void {
  const descriptor = openSync(file, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
