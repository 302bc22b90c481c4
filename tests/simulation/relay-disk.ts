import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AppOptions } from "@tacit/server/app";
import { type Db, openDatabase } from "@tacit/server/db/open";
import Database from "better-sqlite3";

/** Where a simulated relay keeps its database. It outlives its processes; what none of them committed is gone with them. */
export type RelayDisk = {
  /** For the next process. */
  use(random: (length: number) => Uint8Array<ArrayBuffer>): Pick<AppOptions, "dataDir" | "database">;
  /** The process is gone in this moment. */
  survive(): void;
  look<Value>(see: (client: Database.Database) => Value): Value;
  /** Everything that lies there. */
  bytes(): readonly Buffer[];
};

const FILES = ["relay.db", "relay.db-wal"] as const;

/** Files in `directory`, as a relay has them. `from`: a directory with a database to begin with, which stays as it is. */
export function fileDisk(directory: string, from?: string): RelayDisk & { readonly dataDir: string } {
  let deaths = 0;
  const dataDir = () => join(directory, String(deaths));
  mkdirSync(dataDir(), { recursive: true });
  if (from !== undefined) copyDatabase(from, dataDir());
  return {
    get dataDir() {
      return dataDir();
    },
    use: () => ({ dataDir: dataDir() }),
    survive() {
      const wreck = dataDir();
      deaths += 1;
      mkdirSync(dataDir());
      copyDatabase(wreck, dataDir());
    },
    look(see) {
      const client = new Database(join(dataDir(), "relay.db"));
      try {
        return see(client);
      } finally {
        client.close();
      }
    },
    bytes: () =>
      FILES.map((file) => join(dataDir(), file))
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path)),
  };
}

/** Memory, with the database that `begun` is: the same relay, and no file anywhere. */
export function bytesDisk(begun: Buffer): RelayDisk {
  let left = begun;
  let open: Db | undefined;
  return {
    use(random) {
      open = openDatabase(left, random);
      return { database: open };
    },
    survive() {
      if (open !== undefined) left = open.$client.serialize();
      open = undefined;
    },
    look(see) {
      if (open !== undefined) return see(open.$client);
      open = openDatabase(left, (length) => new Uint8Array(length));
      const seen = see(open.$client);
      left = open.$client.serialize();
      open.$client.close();
      open = undefined;
      return seen;
    },
    bytes: () => [open === undefined ? left : open.$client.serialize()],
  };
}

/** What `bytesDisk` begins with. */
export function bytesOfDatabase(dataDir: string): Buffer {
  const client = new Database(join(dataDir, "relay.db"));
  try {
    const bytes = client.serialize();
    // Read and write version: without a write-ahead log, which memory does not have (sqlite.org/fileformat2.html §1.3.3).
    bytes.fill(1, 18, 20);
    return bytes;
  } finally {
    client.close();
  }
}

function copyDatabase(from: string, to: string): void {
  for (const file of FILES) {
    if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
  }
}
