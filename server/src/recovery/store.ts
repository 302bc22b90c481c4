import type { AccountId } from "@tacit/shared/ids";
import type { RecoveryVault } from "@tacit/shared/wire/recovery";
import { eq } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { recovery } from "../db/schema.ts";

export type RecoveryStore = ReturnType<typeof buildRecoveryStore>;

/** One recovery vault per account. Writing methods run inside a commit. */
export function buildRecoveryStore(db: Db) {
  return {
    find: (accountId: AccountId): RecoveryVault | undefined =>
      db
        .select({ version: recovery.version, sealed: recovery.sealed })
        .from(recovery)
        .where(eq(recovery.accountId, accountId))
        .get(),
    put(accountId: AccountId, { version, sealed }: RecoveryVault): void {
      db.insert(recovery)
        .values({ accountId, version, sealed })
        .onConflictDoUpdate({ target: recovery.accountId, set: { version, sealed } })
        .run();
    },
  };
}
