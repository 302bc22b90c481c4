import { type Bytes, copyBytes, equalBytes } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKeyHash } from "@tacit/shared/ids";
import { DAY_MS, MAX_CARD_KEYS } from "@tacit/shared/limits";
import { and, asc, count, eq, exists, inArray, lt, lte, not, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { accounts, claims, deliveryKeys, retiredKeys } from "../db/schema.ts";
import { toNextDay } from "../hours.ts";
import type { Clock } from "../ports.ts";
import { noRevocations, type Revocations } from "../revocations.ts";

/** How long nobody else may have a hash that an account named once, at least. */
export const RETIRED_MEMORY_MS = 90 * DAY_MS;
/** More than a whole set. Who retires more than that protects the newest. */
export const MAX_RETIRED_KEYS = 4_096;

export type KeyClass = "contact" | "card" | "once";
/**
 * Whose a hash is. "claimed": a one-time card that somebody has used; another key stands for it. "retired": it reaches
 * nobody any more.
 */
export type FoundKey = { readonly class: KeyClass | "claimed" | "retired"; readonly accountId: AccountId };
export type StoredClaim = typeof claims.$inferSelect;

export type DeliveryKeyStore = ReturnType<typeof buildDeliveryKeyStore>;

/** Hashes of delivery keys, by account and class. Writing methods run inside a commit; what they take back is noted before it. */
export function buildDeliveryKeyStore(db: Db, clock: Clock, revocations: Revocations = noRevocations) {
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
  const retiredByHash = db
    .select({ accountId: retiredKeys.accountId })
    .from(retiredKeys)
    .where(eq(retiredKeys.hash, sql.placeholder("hash")))
    .prepare();
  const inserted = db
    .insert(deliveryKeys)
    .values({ hash: sql.placeholder("hash"), accountId: sql.placeholder("accountId"), class: sql.placeholder("class") })
    .prepare();
  const removed = db
    .delete(deliveryKeys)
    .where(eq(deliveryKeys.hash, sql.placeholder("hash")))
    .prepare();

  const isInUse = exists(db.select().from(deliveryKeys).where(eq(deliveryKeys.hash, claims.claimant)));
  // Asked by every connection: the builder costs more than the query, and SQLite would plan a join anew for each value.
  const claimedCards = db.$client.prepare<[AccountId], { readonly card: Buffer; readonly isInUse: 1 | null }>(
    `SELECT card, (SELECT 1 FROM delivery_keys WHERE hash = claimant) AS isInUse FROM claims WHERE account_id = ?`,
  );
  const revived = db
    .delete(retiredKeys)
    .where(eq(retiredKeys.hash, sql.placeholder("hash")))
    .prepare();

  const remembered = db
    .insert(retiredKeys)
    .values({
      hash: sql.placeholder("hash"),
      accountId: sql.placeholder("accountId"),
      forgetAtMs: sql.placeholder("forgetAtMs"),
    })
    .prepare();

  function rememberRetired(accountId: AccountId, hash: DeliveryKeyHash): void {
    revived.run({ hash });
    remembered.run({ hash, accountId, forgetAtMs: toNextDay(clock.nowMs() + RETIRED_MEMORY_MS) });
  }

  return {
    find(hash: Bytes): FoundKey | undefined {
      const found = byHash.get({ hash });
      if (found !== undefined) return found;
      const claim = claimByCard.get({ card: hash });
      if (claim !== undefined) return { class: "claimed", accountId: claim.accountId };
      const retired = retiredByHash.get({ hash });
      return retired && { class: "retired", accountId: retired.accountId };
    },
    add(accountId: AccountId, hash: DeliveryKeyHash, keyClass: KeyClass): void {
      revived.run({ hash });
      inserted.run({ hash, accountId, class: keyClass });
    },
    /** For a hash that something else remembers; see `retire`. */
    remove(hash: DeliveryKeyHash): void {
      removed.run({ hash });
    },
    /** Takes hashes out of an account's keys. For 90 days and more nobody else can have them. */
    retire(accountId: AccountId, hashes: readonly DeliveryKeyHash[]): void {
      revocations.note(hashes.map((hash) => ({ kind: "key", hash })));
      for (const hash of hashes) {
        removed.run({ hash });
        rememberRetired(accountId, hash);
      }
      const isOwn = eq(retiredKeys.accountId, accountId);
      const held = db.select({ keys: count() }).from(retiredKeys).where(isOwn).get()?.keys ?? 0;
      const oldest = db
        .select({ hash: retiredKeys.hash })
        .from(retiredKeys)
        .where(isOwn)
        .orderBy(asc(retiredKeys.forgetAtMs))
        .limit(Math.max(0, held - MAX_RETIRED_KEYS));
      db.delete(retiredKeys).where(inArray(retiredKeys.hash, oldest)).run();
    },
    /** Forgets retired hashes whose time is up, at most `limit`. Answers how many. */
    forgetRetired(limit: number): number {
      const due = db
        .select({ hash: retiredKeys.hash })
        .from(retiredKeys)
        .where(lte(retiredKeys.forgetAtMs, clock.nowMs()))
        .limit(limit);
      return db.delete(retiredKeys).where(inArray(retiredKeys.hash, due)).run().changes;
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
    /** The one-time cards in an account's set that somebody has used, as a set can name them; `undefined` for none. */
    claimedCardsOf(accountId: AccountId): readonly DeliveryKeyHash[] | undefined {
      const found = claimedCards.all(accountId).filter(({ isInUse }) => isInUse === 1);
      if (found.length === 0) return undefined;
      return found.slice(0, MAX_CARD_KEYS).map(({ card }) => copyBytes(card) as DeliveryKeyHash);
    },
    /** Forgets old claims, but none whose key still stands in the owner's set: the next set may name the card again. */
    forgetClaims(): void {
      const forgotten = db
        .delete(claims)
        .where(and(lt(claims.forgetAtMs, clock.nowMs()), not(isInUse)))
        .returning()
        .all();
      for (const { accountId, card } of forgotten) rememberRetired(accountId, card);
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
      revocations.note([{ kind: "set", account: accountId, version }]);
      db.update(accounts)
        .set({ deliveryKeysVersion: version, deliveryKeysDigest: digest })
        .where(eq(accounts.id, accountId))
        .run();
    },
  };
}
