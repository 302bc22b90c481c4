import type { Bytes } from "@tacit/shared/bytes";
import { asc, eq, lte, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { blobs } from "../db/schema.ts";

export type StoredBlob = typeof blobs.$inferSelect;
export type BlobStore = ReturnType<typeof buildBlobStore>;

/** Which blobs there are. Writing methods run inside a commit. */
export function buildBlobStore(db: Db) {
  const byHash = db
    .select()
    .from(blobs)
    .where(eq(blobs.hash, sql.placeholder("hash")))
    .prepare();
  return {
    add(blob: StoredBlob): void {
      db.insert(blobs).values(blob).run();
    },
    find: (hash: Bytes): StoredBlob | undefined => byHash.get({ hash }),
    /** Whether it was there to be completed. */
    complete: (hash: Bytes, expiresAtMs: number): boolean =>
      db.update(blobs).set({ isComplete: true, expiresAtMs }).where(eq(blobs.hash, hash)).run().changes === 1,
    /** Answers what was removed. */
    remove: (hash: Bytes): StoredBlob | undefined => db.delete(blobs).where(eq(blobs.hash, hash)).returning().get(),
    /** Of all complete blobs, none of them counted below `atLeast`. Reads them all. */
    completeBytes: (atLeast: number): number =>
      db
        .select({ total: sql<number>`coalesce(sum(max(${blobs.bytes}, ${atLeast})), 0)` })
        .from(blobs)
        .where(eq(blobs.isComplete, true))
        .get()?.total ?? 0,
    incomplete: (): StoredBlob[] => db.select().from(blobs).where(eq(blobs.isComplete, false)).all(),
    expired: (nowMs: number, limit: number): StoredBlob[] =>
      db.select().from(blobs).where(lte(blobs.expiresAtMs, nowMs)).orderBy(asc(blobs.expiresAtMs)).limit(limit).all(),
  };
}
