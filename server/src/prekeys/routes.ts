import { HOUR_MS, SIGNED_PREKEYS_PER_HOUR } from "@tacit/shared/limits";
import { ok, refused } from "@tacit/shared/result";
import type { AccountStore } from "../accounts/store.ts";
import { Budget } from "../budget.ts";
import type { GroupCommit } from "../db/group-commit.ts";
import type { Handlers } from "../http/mount.ts";
import type { Clock } from "../ports.ts";
import type { Bundles } from "./bundles.ts";
import { arePreKeysSigned, signedKeysOf } from "./check.ts";
import type { PreKeyStore } from "./store.ts";

type Ports = {
  readonly clock: Clock;
  readonly commits: GroupCommit;
  readonly accounts: AccountStore;
  readonly prekeys: PreKeyStore;
  readonly bundles: Bundles;
};

export function preKeyRoutes({
  clock,
  commits,
  accounts,
  prekeys,
  bundles,
}: Ports): Pick<Handlers, "putPreKeys" | "bundle"> {
  const checks = new Budget(clock, HOUR_MS, SIGNED_PREKEYS_PER_HOUR);
  return {
    putPreKeys: async (upload, { accountId, deviceId }) => {
      const account = accounts.find(accountId);
      if (account === undefined) return refused("unauthorized");
      if (!checks.spend(accountId, Math.max(1, signedKeysOf(upload).length))) return refused("rate");
      if (!(await arePreKeysSigned(account.identityKey, upload))) return refused("forged");
      return commits.run(() => {
        const mailbox = accounts.mailboxOf(accountId, deviceId);
        if (mailbox === undefined) return refused("not-found");
        return prekeys.add(mailbox, upload).ok ? ok(prekeys.count(mailbox)) : refused("malformed");
      });
    },
    bundle: async (request, { from }) => ok(await bundles.answer(request, from)),
  };
}
