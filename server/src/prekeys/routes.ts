import { ok, refused } from "@tacit/shared/result";
import type { AccountStore } from "../accounts/store.ts";
import type { GroupCommit } from "../db/group-commit.ts";
import type { Handlers } from "../http/mount.ts";
import type { Bundles } from "./bundles.ts";
import { arePreKeysSigned } from "./check.ts";
import type { PreKeyStore } from "./store.ts";

type Ports = {
  readonly commits: GroupCommit;
  readonly accounts: AccountStore;
  readonly prekeys: PreKeyStore;
  readonly bundles: Bundles;
};

export function preKeyRoutes({ commits, accounts, prekeys, bundles }: Ports): Pick<Handlers, "putPreKeys" | "bundle"> {
  return {
    putPreKeys: async (upload, { accountId, deviceId }) => {
      const account = accounts.find(accountId);
      if (account === undefined) return refused("unauthorized");
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
