import { statSync } from "node:fs";
import { join } from "node:path";
import type { RelayProcess } from "../relay-process.ts";

const MB = 1_000_000;

/** Of the database of a relay and of its write-ahead log. */
export function sizeOf({ dataDir }: RelayProcess): { readonly databaseMb: number; readonly walMb: number } {
  const mb = (name: string) => (statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0) / MB;
  return { databaseMb: mb("relay.db"), walMb: mb("relay.db-wal") };
}
