import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKeyHash } from "@tacit/shared/ids";
import { and, eq, exists, lt, not, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { accounts, claims, deliveryKeys } from "../db/schema.ts";

/** "claimed": the hash of a one-time card that somebody has used; another key stands for it. */
export type FoundKey =
  | { readonly class: "contact" | "card" | "once"; readonly accountId: AccountId }
  | { readonly class: "claimed" };
export type KeyClass = "contact" | "card" | "once";
export type StoredClaim = typeof claims.$inferSelect;

export type DeliveryKeyStore = ReturnType<typeof buildDeliveryKeyStore>;

/** Hashes of delivery keys, by account and class. Writing methods run inside a commit. */
export function buildDeliveryKeyStore(db: Db) {
  const byHash = db
    .select({ accountId: deliveryKeys.accountId, class: deliveryKeys.class })
    .from(deliveryKeys)
    .where(eq(deliveryKeys.hash, sql.placeholder("hash")))
    .prepare();
  const claimByCard = db
    .select()
    .from(claims)
    .where(eq(claims.card, sql.placeholder("card")))
    .prepare();
  const inserted = db
    .insert(deliveryKeys)
    .values({ hash: sql.placeholder("hash"), accountId: sql.placeholder("accountId"), class: sql.placeholder("class") })
    .prepare();
  const removed = db
    .delete(deliveryKeys)
    .where(eq(deliveryKeys.hash, sql.placeholder("hash")))
    .prepare();

  return {
    find(hash: Bytes): FoundKey | undefined {
      const found = byHash.get({ hash });
      if (found !== undefined) return found;
      return claimByCard.get({ card: hash }) === undefined ? undefined : { class: "claimed" };
    },
    add(accountId: AccountId, hash: DeliveryKeyHash, keyClass: KeyClass): void {
      inserted.run({ hash, accountId, class: keyClass });
    },
    remove(hash: DeliveryKeyHash): void {
      removed.run({ hash });
    },
    allOf: (accountId: AccountId): { hash: DeliveryKeyHash; class: KeyClass }[] =>
      db
        .select({ hash: deliveryKeys.hash, class: deliveryKeys.class })
        .from(deliveryKeys)
        .where(eq(deliveryKeys.accountId, accountId))
        .all(),

    findClaim: (card: Bytes): StoredClaim | undefined => claimByCard.get({ card }),
    claimsOf: (accountId: AccountId): StoredClaim[] =>
      db.select().from(claims).where(eq(claims.accountId, accountId)).all(),
    addClaim(claim: StoredClaim): void {
      db.insert(claims).values(claim).run();
    },
    /** Forgets old claims, but none whose key still stands in the owner's set: the next set may name the card again. */
    forgetClaims(nowMs: number): number {
      const inUse = exists(db.select().from(deliveryKeys).where(eq(deliveryKeys.hash, claims.claimant)));
      return db
        .delete(claims)
        .where(and(lt(claims.forgetAtMs, nowMs), not(inUse)))
        .run().changes;
    },

    versionOf(accountId: AccountId): { version: number; isSame(digest: Bytes): boolean } | undefined {
      const row = db
        .select({ version: accounts.deliveryKeysVersion, digest: accounts.deliveryKeysDigest })
        .from(accounts)
        .where(eq(accounts.id, accountId))
        .get();
      return row && { version: row.version, isSame: (digest) => equalBytes(digest, row.digest) };
    },
    setVersion(accountId: AccountId, version: number, digest: Bytes): void {
      db.update(accounts)
        .set({ deliveryKeysVersion: version, deliveryKeysDigest: digest })
        .where(eq(accounts.id, accountId))
        .run();
    },
  };
}
