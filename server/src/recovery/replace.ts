import { equalBytes } from "@tacit/shared/bytes";
import type { AccountId } from "@tacit/shared/ids";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { RecoveryVault } from "@tacit/shared/wire/recovery";
import type { RecoveryStore } from "./store.ts";

/**
 * Replaces an account's vault by one of a higher version. The stored one again is ok: the answer may have been lost.
 * Runs inside a commit; refuses before it writes.
 */
export function replaceRecovery(
  store: RecoveryStore,
  accountId: AccountId,
  vault: RecoveryVault,
): Result<undefined, "outdated"> {
  const stored = store.find(accountId);
  if (stored !== undefined && vault.version <= stored.version) {
    const isSame = vault.version === stored.version && equalBytes(vault.sealed, stored.sealed);
    return isSame ? ok(undefined) : refused("outdated");
  }
  store.put(accountId, vault);
  return ok(undefined);
}
