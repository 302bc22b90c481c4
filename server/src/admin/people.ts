import type { AccountId } from "@tacit/shared/ids";
import { count, eq, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { accountLimits, accounts, devices, envelopes } from "../db/schema.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";

/** All that an operator is shown of an account: no contact, no time, no address, and no e-mail. */
export type Person = {
  readonly id: AccountId;
  /** `undefined` for whoever signs in by e-mail. */
  readonly handle: string | undefined;
  readonly devices: number;
  readonly waitingBytes: number;
  readonly isDisabled: boolean;
  readonly mailboxBytes: number | undefined;
};

export type People = ReturnType<typeof buildPeople>;

/** What an operator may do about accounts. Writing methods run inside a commit. */
export function buildPeople(db: Db) {
  const waiting = db
    .select({ accountId: devices.accountId, bytes: sql<number>`sum(length(${envelopes.sealed}))`.as("bytes") })
    .from(envelopes)
    .innerJoin(devices, eq(devices.mailbox, envelopes.mailbox))
    .groupBy(devices.accountId)
    .as("waiting");

  function limit(accountId: AccountId, change: { isDisabled?: boolean; mailboxBytes?: number | null }): void {
    db.insert(accountLimits)
      .values({ accountId, ...change })
      .onConflictDoUpdate({ target: accountLimits.accountId, set: change })
      .run();
  }

  return {
    list: (): Person[] =>
      db
        .select({
          id: accounts.id,
          login: accounts.login,
          devices: count(devices.mailbox),
          bytes: waiting.bytes,
          isDisabled: accountLimits.isDisabled,
          mailboxBytes: accountLimits.mailboxBytes,
        })
        .from(accounts)
        .leftJoin(devices, eq(devices.accountId, accounts.id))
        .leftJoin(waiting, eq(waiting.accountId, accounts.id))
        .leftJoin(accountLimits, eq(accountLimits.accountId, accounts.id))
        .groupBy(accounts.id)
        .orderBy(accounts.login)
        .all()
        .map(({ id, login, devices: owned, bytes, isDisabled, mailboxBytes }) => ({
          id,
          handle: login.startsWith("@") ? undefined : login,
          devices: owned,
          waitingBytes: bytes ?? 0,
          isDisabled: isDisabled ?? false,
          mailboxBytes: mailboxBytes ?? undefined,
        })),
    /** By handle or by account id. */
    find(name: string): AccountId | undefined {
      const byHandle = db.select({ id: accounts.id }).from(accounts).where(eq(accounts.login, name)).get();
      const byId = db
        .select({ id: accounts.id })
        .from(accounts)
        .where(eq(accounts.id, name as AccountId))
        .get();
      return (byHandle ?? byId)?.id;
    },
    /** What waits for the account is kept, and its tokens: they open again when it is enabled. */
    setDisabled: (accountId: AccountId, isDisabled: boolean): void => limit(accountId, { isDisabled }),
    setQuota: (accountId: AccountId, bytes: number | undefined): void =>
      limit(accountId, { mailboxBytes: bytes ?? null }),
  };
}

/** What the operator allows one mailbox; `undefined`: as every other. */
export function buildLimits(db: Db): { mailboxBytesOf(mailbox: MailboxId): number | undefined } {
  const limit = db
    .select({ bytes: accountLimits.mailboxBytes })
    .from(devices)
    .innerJoin(accountLimits, eq(accountLimits.accountId, devices.accountId))
    .where(eq(devices.mailbox, sql.placeholder("mailbox")))
    .prepare();
  return { mailboxBytesOf: (mailbox) => limit.get({ mailbox })?.bytes ?? undefined };
}
