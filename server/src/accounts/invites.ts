import { type Bytes, toBase64Url } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { and, count, eq, gt, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { accounts, invites } from "../db/schema.ts";
import { sha256 } from "../hash.ts";
import type { Random } from "../ports.ts";

const INVITE_BYTES = 16;

export type Invites = ReturnType<typeof buildInvites>;

/** Invites are stored as hashes, and who came by which is not stored at all. All methods run inside a commit. */
export function buildInvites(db: Db, random: Random) {
  const hashOf = (invite: string): Bytes => sha256(toUtf8(invite));
  return {
    /** A new invite for `uses` registrations. */
    create(uses: number): string {
      const invite = toBase64Url(random(INVITE_BYTES));
      db.insert(invites)
        .values({ hash: hashOf(invite), usesLeft: uses })
        .run();
      return invite;
    },
    isGood(invite: string): boolean {
      const usable = and(eq(invites.hash, hashOf(invite)), gt(invites.usesLeft, 0));
      return db.select().from(invites).where(usable).get() !== undefined;
    },
    /** Takes one use of an invite that is good. */
    use(invite: string): void {
      db.update(invites)
        .set({ usesLeft: sql`${invites.usesLeft} - 1` })
        .where(eq(invites.hash, hashOf(invite)))
        .run();
    },
    /** Nobody has registered or been invited yet. */
    isFirstStart(): boolean {
      const accountCount = db.select({ n: count() }).from(accounts).get()?.n ?? 0;
      const inviteCount = db.select({ n: count() }).from(invites).get()?.n ?? 0;
      return accountCount + inviteCount === 0;
    },
  };
}
