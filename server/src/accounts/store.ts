import type { Brand } from "@tacit/shared/brand";
import { type Bytes, copyBytes, equalBytes } from "@tacit/shared/bytes";
import type { AccountId, DeviceId, DeviceToken } from "@tacit/shared/ids";
import type { Device } from "@tacit/shared/wire/devices";
import type { SignIn } from "@tacit/shared/wire/sign-ins";
import { and, count, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { accountLimits, accounts, deviceStates, devices, tokens } from "../db/schema.ts";
import { sha256OfText } from "../hash.ts";
import { toDay } from "../hours.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import { noRevocations, type Revocations } from "../revocations.ts";

export type Account = typeof accounts.$inferSelect;
export type StoredDevice = {
  readonly mailbox: MailboxId;
  readonly deviceId: DeviceId;
  readonly registrationId: number;
};

/** SHA-256 of a token, which is all that the relay keeps of it. */
export type TokenHash = Brand<Bytes, "token hash">;

/** Whose a token is, and the mailbox of the device that has it. */
export type Holder = { readonly accountId: AccountId; readonly mailbox: MailboxId };

export type NewToken = {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly name?: Bytes | undefined;
  readonly nowMs: number;
};

export type AccountStore = ReturnType<typeof buildAccountStore>;

/** Accounts, their devices and tokens. Writing methods run inside a commit; what they take back is noted before it. */
export function buildAccountStore(db: Db, revocations: Revocations = noRevocations) {
  const where = {
    login: eq(accounts.login, sql.placeholder("login")),
    id: eq(accounts.id, sql.placeholder("id")),
    token: eq(tokens.hash, sql.placeholder("hash")),
  };
  const byLogin = db.select().from(accounts).where(where.login).prepare();
  const byId = db.select().from(accounts).where(where.id).prepare();
  const byToken = db
    .select({ accountId: tokens.accountId, deviceId: tokens.deviceId })
    .from(tokens)
    .leftJoin(accountLimits, eq(accountLimits.accountId, tokens.accountId))
    .where(and(where.token, or(isNull(accountLimits.isDisabled), eq(accountLimits.isDisabled, false))))
    .prepare();
  const disabledToken = db
    .select({ accountId: tokens.accountId })
    .from(tokens)
    .innerJoin(accountLimits, eq(accountLimits.accountId, tokens.accountId))
    .where(and(where.token, eq(accountLimits.isDisabled, true)))
    .prepare();
  const mailboxOfDevice = db
    .select({ mailbox: devices.mailbox })
    .from(devices)
    .where(and(eq(devices.accountId, sql.placeholder("accountId")), eq(devices.deviceId, sql.placeholder("deviceId"))))
    .prepare();
  // What every connection asks is SQL that is prepared once: the builder costs more than the query.
  // No joins: SQLite would plan them anew for each value.
  const holderOf = db.$client.prepare<
    [Bytes],
    { accountId: AccountId; mailbox: Buffer | null; isDisabled: 0 | 1 | null }
  >(
    `SELECT account_id AS accountId,
       (SELECT mailbox FROM devices d WHERE d.account_id = t.account_id AND d.device_id = t.device_id) AS mailbox,
       (SELECT is_disabled FROM account_limits l WHERE l.account_id = t.account_id) AS isDisabled
     FROM tokens t WHERE hash = ?`,
  );
  const raised = db.$client.prepare(
    "UPDATE device_states SET epoch = @epoch WHERE mailbox = @mailbox AND epoch < @epoch",
  );
  const seen = db.$client.prepare("UPDATE tokens SET seen_day_ms = @day WHERE hash = @hash AND seen_day_ms < @day");
  const hashOf = (token: DeviceToken) => sha256OfText(token) as TokenHash;
  const isDevice = (accountId: AccountId, deviceId: DeviceId) =>
    and(eq(devices.accountId, accountId), eq(devices.deviceId, deviceId));

  /** Answers the devices that had them. */
  function revokeTokens(which: SQL | undefined): readonly DeviceId[] {
    const ended = db.select({ hash: tokens.hash, deviceId: tokens.deviceId }).from(tokens).where(which).all();
    revocations.note(ended.map(({ hash }) => ({ kind: "token", hash })));
    db.delete(tokens).where(which).run();
    return ended.map(({ deviceId }) => deviceId);
  }

  return {
    hashOf,
    count: (): number => db.select({ n: count() }).from(accounts).get()?.n ?? 0,
    findByLogin: (login: string): Account | undefined => byLogin.get({ login }),
    find: (id: AccountId): Account | undefined => byId.get({ id }),
    add(account: Account): void {
      db.insert(accounts).values(account).run();
    },
    /** With its devices, their mailboxes and all else that names it. */
    remove(id: AccountId): void {
      revocations.note([{ kind: "account", account: id }]);
      db.delete(accounts).where(eq(accounts.id, id)).run();
    },
    replaceRecord(id: AccountId, record: Pick<Account, "record" | "stretching">): void {
      db.update(accounts).set(record).where(eq(accounts.id, id)).run();
    },
    replaceList(id: AccountId, list: Pick<Account, "list" | "listSignature" | "listCounter">): void {
      db.update(accounts).set(list).where(eq(accounts.id, id)).run();
    },

    devicesOf: (accountId: AccountId): StoredDevice[] =>
      db
        .select({ mailbox: devices.mailbox, deviceId: devices.deviceId, registrationId: devices.registrationId })
        .from(devices)
        .where(eq(devices.accountId, accountId))
        .all(),
    mailboxOf: (accountId: AccountId, deviceId: DeviceId): MailboxId | undefined =>
      mailboxOfDevice.get({ accountId, deviceId })?.mailbox,
    addDevice(accountId: AccountId, device: Device, mailbox: MailboxId): void {
      const { deviceId, registrationId } = device;
      db.insert(devices).values({ mailbox, accountId, deviceId, registrationId }).run();
      db.insert(deviceStates).values({ mailbox }).run();
    },
    /** With its mailbox and its prekeys. */
    removeDevice(accountId: AccountId, deviceId: DeviceId): void {
      db.delete(devices).where(isDevice(accountId, deviceId)).run();
    },
    /** Whether `epoch` is above every one before; if so it is the highest now. */
    raiseEpoch: (mailbox: MailboxId, epoch: number): boolean => raised.run({ mailbox, epoch }).changes === 1,

    /** `nowMs`: kept as a whole day. `name`: sealed. */
    addToken(token: DeviceToken, { accountId, deviceId, name, nowMs }: NewToken): void {
      const day = toDay(nowMs);
      db.insert(tokens)
        .values({ hash: hashOf(token), accountId, deviceId, name, sinceDayMs: day, seenDayMs: day })
        .run();
    },
    /** The token connects. Writes at most once a day. */
    seeToken(hash: TokenHash, nowMs: number): void {
      seen.run({ hash, day: toDay(nowMs) });
    },
    tokensOf: (accountId: AccountId, asking: DeviceToken): SignIn[] =>
      db
        .select()
        .from(tokens)
        .where(eq(tokens.accountId, accountId))
        .all()
        .map(({ hash: id, deviceId, name, sinceDayMs, seenDayMs }) => ({
          id,
          deviceId,
          name: name ?? undefined,
          sinceDayMs,
          seenDayMs,
          isThis: equalBytes(id, hashOf(asking)),
        })),
    /** Everybody signs in again. Answers how many tokens there were. */
    endAllTokens: (): number => revokeTokens(undefined).length,
    /** The token with the hash `id`, or without one every token but that which asks. Answers their devices. */
    endTokens(accountId: AccountId, asking: DeviceToken, id: Bytes | undefined): readonly DeviceId[] {
      const which = id === undefined ? ne(tokens.hash, hashOf(asking)) : eq(tokens.hash, id);
      return revokeTokens(and(eq(tokens.accountId, accountId), which));
    },
    /** Nobody's while the operator has shut the account out. */
    findToken: (token: DeviceToken): { accountId: AccountId; deviceId: DeviceId } | undefined =>
      byToken.get({ hash: hashOf(token) }),
    /** Of the device that has a token, as `findToken`. */
    findHolder(hash: TokenHash): Holder | undefined {
      const holder = holderOf.get(hash);
      if (holder === undefined || holder.mailbox === null || holder.isDisabled === 1) return undefined;
      return { accountId: holder.accountId, mailbox: copyBytes(holder.mailbox) as MailboxId };
    },
    /** Whether only the operator keeps this token from being good. */
    isDisabled: (token: DeviceToken): boolean => disabledToken.get({ hash: hashOf(token) }) !== undefined,
    isDisabledAccount: (accountId: AccountId): boolean =>
      db
        .select({ is: accountLimits.isDisabled })
        .from(accountLimits)
        .where(eq(accountLimits.accountId, accountId))
        .get()?.is === true,
    removeToken(token: DeviceToken): void {
      revokeTokens(eq(tokens.hash, hashOf(token)));
    },
    /** Every token of a device, but for `except`. */
    removeTokens(accountId: AccountId, deviceId: DeviceId, except?: DeviceToken): void {
      const ofDevice = and(eq(tokens.accountId, accountId), eq(tokens.deviceId, deviceId));
      const spared = except === undefined ? undefined : ne(tokens.hash, hashOf(except));
      revokeTokens(and(ofDevice, spared));
    },
  };
}
