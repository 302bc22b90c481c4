import { ok, refused } from "@tacit/shared/result";
import type { AccountGuard } from "../accounts/rates.ts";
import type { AccountStore } from "../accounts/store.ts";
import type { Tickets } from "../accounts/tickets.ts";
import type { GroupCommit } from "../db/group-commit.ts";
import type { Handlers } from "../http/mount.ts";
import { replaceRecovery } from "./replace.ts";
import type { RecoveryStore } from "./store.ts";

type Ports = {
  readonly commits: GroupCommit;
  readonly accounts: AccountStore;
  readonly recovery: RecoveryStore;
  readonly tickets: Tickets;
  readonly guard: AccountGuard;
};

export function recoveryRoutes({
  commits,
  accounts,
  recovery,
  tickets,
  guard,
}: Ports): Pick<Handlers, "putRecovery" | "fetchRecovery"> {
  return {
    putRecovery: async (vault, { accountId }) => {
      const replaced = await commits.run(() =>
        accounts.find(accountId) === undefined ? refused("unauthorized") : replaceRecovery(recovery, accountId, vault),
      );
      return replaced.ok ? ok({}) : replaced;
    },
    fetchRecovery: ({ ticket }, { from }) => {
      const account = tickets.accountOf(ticket);
      if (!guard.mayUseTicket(from, account?.id)) return refused("rate");
      if (account === undefined) return refused("unauthorized");
      const { id, list, listSignature: signature } = account;
      return ok({ vault: recovery.find(id), list: { list, signature } });
    },
  };
}
