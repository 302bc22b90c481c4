import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@tacit/shared/bytes";
import { eq } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { blobs } from "../db/schema.ts";

/**
 * Makes the rows of a restored database and the files beside it one again: a row whose bytes are gone is dropped, and so
 * are bytes that no row tells of. Answers how many complete files are gone. While no relay runs, inside a transaction.
 */
export function reconcileBlobs(db: Db, directory: string): number {
  const known = new Set<string>();
  let gone = 0;
  for (const { hash, bytes, isComplete } of db.select().from(blobs).all()) {
    const name = toHex(hash);
    const path = join(directory, name.slice(0, 2), name);
    const size = existsSync(path) ? statSync(path).size : undefined;
    if (size !== undefined && (!isComplete || size === bytes)) {
      known.add(name);
      continue;
    }
    db.delete(blobs).where(eq(blobs.hash, hash)).run();
    if (isComplete) gone++;
  }
  if (!existsSync(directory)) return gone;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !known.has(entry.name)) rmSync(join(entry.parentPath, entry.name));
  }
  return gone;
}
