import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { toBase64Url, toHex } from "@tacit/shared/bytes";
import Database from "better-sqlite3";

/** Everything that lies in the relay's directory, one file after the other. */
export function readDisk(dataDir: string): Buffer {
  const entries = readdirSync(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
}

/** The bytes themselves, and as the texts that somebody might write them as. */
export function formsOf(secret: Uint8Array): Buffer[] {
  const texts = [toHex(secret), toBase64Url(secret), Buffer.from(secret).toString("base64")];
  return [Buffer.from(secret), ...texts.map((text) => Buffer.from(text))];
}

/** A row of any table: the table's name, then its columns, texts and numbers as their UTF-8. */
export type Row = readonly Buffer[];

/** Every row of every table, as another process reads them. */
export function readRows(dataDir: string): readonly Row[] {
  const database = new Database(join(dataDir, "relay.db"), { readonly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
  const rows = tables.flatMap((table) =>
    (database.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][]).map((columns) =>
      [table, ...columns].map((value) => (value instanceof Buffer ? value : Buffer.from(String(value)))),
    ),
  );
  database.close();
  return rows;
}

export function mentions(row: Row, secret: Buffer): boolean {
  return row.some((column) => column.includes(secret));
}
