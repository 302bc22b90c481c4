import { toBase64Url } from "@tacit/shared/bytes";
import { DAY_MS, HOUR_MS } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import { and, eq, gt, lte } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { adminKeys } from "../db/schema.ts";
import { sha256 } from "../hash.ts";
import type { Clock, Random } from "../ports.ts";

const LINK_TTL_MS = DAY_MS;
const SESSION_TTL_MS = 12 * HOUR_MS;

export type AdminKeys = ReturnType<typeof buildAdminKeys>;

/** Who may see the admin page: whoever has a link that works once, and then a session. Stored as hashes. */
export function buildAdminKeys(db: Db, clock: Clock, random: Random) {
  const hashOf = (secret: string) => sha256(toUtf8(secret));

  function add(kind: "link" | "session", ttlMs: number): string {
    const secret = toBase64Url(random(32));
    db.insert(adminKeys)
      .values({ hash: hashOf(secret), kind, expiresAtMs: clock.nowMs() + ttlMs })
      .run();
    return secret;
  }

  return {
    /** Inside a commit. */
    createLink: (): string => add("link", LINK_TTL_MS),
    /** Uses a link up for a session; `undefined` where it is none any more. Inside a commit. */
    enter(link: string): string | undefined {
      db.delete(adminKeys).where(lte(adminKeys.expiresAtMs, clock.nowMs())).run();
      const used = and(eq(adminKeys.hash, hashOf(link)), eq(adminKeys.kind, "link"));
      return db.delete(adminKeys).where(used).run().changes === 1 ? add("session", SESSION_TTL_MS) : undefined;
    },
    isSession(secret: string): boolean {
      const known = and(
        eq(adminKeys.hash, hashOf(secret)),
        eq(adminKeys.kind, "session"),
        gt(adminKeys.expiresAtMs, clock.nowMs()),
      );
      return db.select().from(adminKeys).where(known).get() !== undefined;
    },
    /** Ends every link and session, and answers how many there were. Inside a commit. */
    endAll: (): number => db.delete(adminKeys).run().changes,
    /** Inside a commit. */
    leave(secret: string): void {
      db.delete(adminKeys)
        .where(eq(adminKeys.hash, hashOf(secret)))
        .run();
    },
  };
}
