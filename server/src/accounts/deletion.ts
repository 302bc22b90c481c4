import { verifySignature } from "@tacit/crypto/verify";
import { concat } from "@tacit/shared/bytes";
import type { DeliveryKeyHash } from "@tacit/shared/ids";
import { labelled } from "@tacit/shared/labels";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import type { AccountDeletion } from "@tacit/shared/wire/recovery";
import type { GroupCommit } from "../db/group-commit.ts";
import type { DeliveryKeyStore } from "../delivery-keys/store.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import type { AccountStore } from "./store.ts";
import type { Tickets } from "./tickets.ts";

export type DeletionPorts = {
  readonly commits: GroupCommit;
  readonly accounts: AccountStore;
  readonly deliveryKeys: DeliveryKeyStore;
  readonly tickets: Tickets;
  /** A device is no more: its mailbox is gone. */
  readonly onRemoved: (mailbox: MailboxId) => void;
  /** These keys reach nobody any more. */
  readonly onKeysRemoved: (keys: readonly DeliveryKeyHash[]) => void;
};

type Gone = { readonly mailboxes: readonly MailboxId[]; readonly keys: readonly DeliveryKeyHash[] };

/** Answers when no row of the account is left, and then forgets what memory knows of it. */
export function deleteAccount(
  ports: DeletionPorts,
  { ticket, signature }: AccountDeletion,
): Promise<Result<Record<string, never>, RelayRefusal>> {
  return ports.tickets.use(ticket, async ({ identityKey }) => {
    const claim = concat(labelled("account deletion"), ticket);
    if (!verifySignature(identityKey, claim, signature)) return refused("forged");
    const removed = await ports.commits.run(() => remove(ports, ticket));
    if (!removed.ok) return removed;
    for (const mailbox of removed.value.mailboxes) ports.onRemoved(mailbox);
    ports.onKeysRemoved(removed.value.keys);
    return ok({});
  });
}

/** Runs inside a commit. */
function remove(
  { accounts, deliveryKeys, tickets }: DeletionPorts,
  ticket: AccountDeletion["ticket"],
): Result<Gone, "unauthorized"> {
  const account = tickets.accountOf(ticket);
  if (account === undefined) return refused("unauthorized");
  const mailboxes = accounts.devicesOf(account.id).map(({ mailbox }) => mailbox);
  const keys = deliveryKeys.allOf(account.id).map(({ hash }) => hash);
  accounts.remove(account.id);
  return ok({ mailboxes, keys });
}
