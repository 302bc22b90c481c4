import type { Bytes } from "@tacit/shared/bytes";
import { asc, eq, lte, sql, sum } from "drizzle-orm";
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
    complete(hash: Bytes, expiresAtMs: number): void {
      db.update(blobs).set({ isComplete: true, expiresAtMs }).where(eq(blobs.hash, hash)).run();
    },
    remove(hash: Bytes): void {
      db.delete(blobs).where(eq(blobs.hash, hash)).run();
    },
    /** Of all complete blobs. */
    completeBytes: (): number =>
      db
        .select({ total: sum(blobs.bytes).mapWith(Number) })
        .from(blobs)
        .where(eq(blobs.isComplete, true))
        .get()?.total ?? 0,
    incomplete: (): StoredBlob[] => db.select().from(blobs).where(eq(blobs.isComplete, false)).all(),
    expired: (nowMs: number, limit: number): StoredBlob[] =>
      db.select().from(blobs).where(lte(blobs.expiresAtMs, nowMs)).orderBy(asc(blobs.expiresAtMs)).limit(limit).all(),
  };
}
