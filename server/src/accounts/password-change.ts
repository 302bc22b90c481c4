import { verifySignature } from "@tacit/crypto/verify";
import { concat } from "@tacit/shared/bytes";
import { labelled } from "@tacit/shared/labels";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import type { PasswordChangeFinish, PasswordChangeStart, PasswordChangeStarted } from "@tacit/shared/wire/recovery";
import type { GroupCommit } from "../db/group-commit.ts";
import { sha256 } from "../hash.ts";
import { replaceRecovery } from "../recovery/replace.ts";
import type { RecoveryStore } from "../recovery/store.ts";
import type { Opaque } from "./opaque.ts";
import type { AccountStore } from "./store.ts";
import type { Tickets } from "./tickets.ts";

export type PasswordChangePorts = {
  readonly commits: GroupCommit;
  readonly opaque: Opaque;
  readonly accounts: AccountStore;
  readonly recovery: RecoveryStore;
  readonly tickets: Tickets;
};

/** A new OPAQUE registration of the account behind the ticket. Writes nothing and does not use the ticket up. */
export function startPasswordChange(
  { tickets, opaque }: PasswordChangePorts,
  { ticket, request }: PasswordChangeStart,
): Result<PasswordChangeStarted, "unauthorized" | "malformed"> {
  const account = tickets.accountOf(ticket);
  if (account === undefined) return refused("unauthorized");
  const response = opaque.registrationResponse(account.login, request);
  return response.ok ? ok({ response: response.value }) : response;
}

/**
 * Answers when the new record and the vault that goes with it are durable, both or neither. Every ticket and every
 * login under way of the old password is worth nothing from then on; device tokens stay good.
 */
export function finishPasswordChange(
  { commits, accounts, recovery, tickets }: PasswordChangePorts,
  { ticket, record, stretching, signature, vault }: PasswordChangeFinish,
): Promise<Result<Record<string, never>, RelayRefusal>> {
  return tickets.use(ticket, async ({ identityKey }) => {
    const claim = concat(labelled("registration"), sha256(toUtf8(record)));
    if (!verifySignature(identityKey, claim, signature)) return refused("forged");
    return commits.run(() => {
      const account = tickets.accountOf(ticket);
      if (account === undefined) return refused("unauthorized");
      const replaced = replaceRecovery(recovery, account.id, vault);
      if (!replaced.ok) return replaced;
      accounts.replaceRecord(account.id, { record, stretching });
      return ok({});
    });
  });
}
