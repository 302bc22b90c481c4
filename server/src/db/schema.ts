import type { AccountId, DeliveryKeyHash, DeviceId, EnvelopeId } from "@tacit/shared/ids";
import { index, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import { bytes } from "./columns.ts";

// Everything that the relay's disk holds. No table has a sender, an address or a delivery key beside an envelope, and
// no time is finer than an hour. Tables that are looked up by a random key are WITHOUT ROWID (migrations/*.sql): their
// rows lie in the order of the key, so that the file does not tell in which order they came.

/** One row. */
export const relay = sqliteTable("relay", {
  id: integer("id").primaryKey(),
  storeEpoch: bytes("store_epoch").notNull(),
});

export const invites = sqliteTable("invites", {
  /** SHA-256 of the invite. */
  hash: bytes("hash").primaryKey(),
  usesLeft: integer("uses_left").notNull(),
});

export const accounts = sqliteTable("accounts", {
  id: text("id").$type<AccountId>().primaryKey(),
  /** A handle, or "@" and a keyed hash of an e-mail address. */
  login: text("login").notNull().unique(),
  /** OPAQUE. */
  record: text("record").notNull(),
  stretching: text("stretching").notNull(),
  identityKey: bytes("identity_key").notNull(),
  list: bytes("list").notNull(),
  listSignature: bytes("list_signature").notNull(),
  listCounter: integer("list_counter").notNull(),
  deliveryKeysVersion: integer("delivery_keys_version").notNull(),
  /** SHA-256 of the set that this version named. */
  deliveryKeysDigest: bytes("delivery_keys_digest").notNull(),
});

const accountId = () =>
  text("account_id")
    .$type<AccountId>()
    .notNull()
    .references(() => accounts.id, { onDelete: "cascade" });

/** The recovery vault. Only its owner's password and recovery key together open it. */
export const recovery = sqliteTable("recovery", {
  accountId: accountId().primaryKey(),
  version: integer("version").notNull(),
  sealed: bytes("sealed").notNull(),
});

export const devices = sqliteTable(
  "devices",
  {
    mailbox: bytes("mailbox").$type<MailboxId>().primaryKey(),
    accountId: accountId(),
    deviceId: integer("device_id").$type<DeviceId>().notNull(),
    registrationId: integer("registration_id").notNull(),
    signedId: integer("signed_id"),
    signedKey: bytes("signed_key"),
    signedSignature: bytes("signed_signature"),
    lastResortId: integer("last_resort_id"),
    lastResortKey: bytes("last_resort_key"),
    lastResortSignature: bytes("last_resort_signature"),
  },
  (table) => [unique().on(table.accountId, table.deviceId)],
);

export const tokens = sqliteTable(
  "tokens",
  {
    /** SHA-256 of the token. */
    hash: bytes("hash").primaryKey(),
    accountId: accountId(),
    deviceId: integer("device_id").$type<DeviceId>().notNull(),
    /** Sealed by its client. */
    name: bytes("name"),
    /** Whole days. */
    sinceDayMs: integer("since_day_ms").notNull().default(0),
    seenDayMs: integer("seen_day_ms").notNull().default(0),
  },
  (table) => [index("tokens_by_device").on(table.accountId, table.deviceId)],
);

const mailbox = () =>
  bytes("mailbox")
    .$type<MailboxId>()
    .notNull()
    .references(() => devices.mailbox, { onDelete: "cascade" });

/**
 * What each connection of a device reads and writes. Apart from `devices`, whose rows hold prekeys: a page holds
 * hundreds of these.
 */
export const deviceStates = sqliteTable("device_states", {
  mailbox: mailbox().primaryKey(),
  /** The highest that this device has connected with. */
  epoch: integer("epoch").notNull().default(0),
  /** How many of its one-time prekeys were not handed out yet. */
  x25519Left: integer("x25519_left").notNull().default(0),
  kyberLeft: integer("kyber_left").notNull().default(0),
});

export const oneTimePreKeys = sqliteTable(
  "one_time_prekeys",
  {
    mailbox: mailbox(),
    kind: text("kind").$type<"x25519" | "kyber">().notNull(),
    id: integer("id").notNull(),
    /** Absent once it was handed out. */
    key: bytes("key"),
    /** Kyber keys only. */
    signature: bytes("signature"),
    /** A handed-out key is remembered until then, so that a repeated upload does not bring it back. */
    forgetAtMs: integer("forget_at_ms"),
  },
  (table) => [primaryKey({ columns: [table.mailbox, table.kind, table.id] })],
);

export const deliveryKeys = sqliteTable(
  "delivery_keys",
  {
    hash: bytes("hash").$type<DeliveryKeyHash>().primaryKey(),
    accountId: accountId(),
    class: text("class").$type<"contact" | "card" | "once">().notNull(),
  },
  (table) => [index("delivery_keys_by_account").on(table.accountId)],
);

export const claims = sqliteTable(
  "claims",
  {
    card: bytes("card").$type<DeliveryKeyHash>().primaryKey(),
    accountId: accountId(),
    claimant: bytes("claimant").$type<DeliveryKeyHash>().notNull(),
    forgetAtMs: integer("forget_at_ms").notNull(),
  },
  (table) => [index("claims_by_account").on(table.accountId)],
);

/**
 * Hashes that an account has named and names no more: nobody else may have them for a while, or what is meant for the
 * one account would come to the other. Claims that were forgotten leave their card's hash here.
 */
export const retiredKeys = sqliteTable(
  "retired_keys",
  {
    hash: bytes("hash").$type<DeliveryKeyHash>().primaryKey(),
    accountId: accountId(),
    /** A whole day. */
    forgetAtMs: integer("forget_at_ms").notNull(),
  },
  (table) => [
    index("retired_keys_by_account").on(table.accountId, table.forgetAtMs),
    index("retired_keys_by_day").on(table.forgetAtMs),
  ],
);

export const envelopes = sqliteTable(
  "envelopes",
  {
    /** One sequence for all mailboxes; never used twice. */
    sequence: integer("sequence").primaryKey({ autoIncrement: true }),
    mailbox: mailbox(),
    id: bytes("id").$type<EnvelopeId>().notNull(),
    /** SHA-256 of `sealed`. */
    digest: bytes("digest").notNull(),
    expiresAtMs: integer("expires_at_ms").notNull(),
    sealed: bytes("sealed").notNull(),
  },
  (table) => [unique().on(table.mailbox, table.id)],
);

/**
 * Where among the envelopes the time of expiry changes: of those from `firstSequence` to the next row. Only for what is
 * still there, so that it says nothing that they do not say.
 */
export const expiries = sqliteTable("expiries", {
  firstSequence: integer("first_sequence").primaryKey(),
  expiresAtMs: integer("expires_at_ms").notNull(),
  /** See [Expiries]. */
  hoursAhead: integer("hours_ahead").notNull().default(0),
});

/**
 * What a mailbox has handed over, so that a repeated post is not delivered twice. Not in the order in which it was, and
 * by whole days: who answers whom within a minute would show who talks with whom.
 */
export const collected = sqliteTable(
  "collected",
  {
    mailbox: mailbox(),
    id: bytes("id").$type<EnvelopeId>().notNull(),
    digest: bytes("digest").notNull(),
    /** A whole day. */
    forgetAtMs: integer("forget_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.mailbox, table.id] })],
);

/**
 * Sealed files. Nothing says for whom or from whom one is: what it cost was taken from a budget in memory, and
 * forgotten. The bytes are in a file of the same name.
 */
export const blobs = sqliteTable(
  "blobs",
  {
    /** SHA-256 of its id. */
    hash: bytes("hash").primaryKey(),
    /** One of few lengths: docs/PROTOCOL.md §5.7. */
    bytes: integer("bytes").notNull(),
    isComplete: integer("is_complete", { mode: "boolean" }).notNull(),
    expiresAtMs: integer("expires_at_ms").notNull(),
  },
  (table) => [index("blobs_by_expiry").on(table.expiresAtMs)],
);

/** What the operator decided on the first-run page, by name; JSON. */
export const settings = sqliteTable("settings", {
  name: text("name").primaryKey(),
  value: text("value").notNull(),
});

/** What the operator decided about one account. */
export const accountLimits = sqliteTable("account_limits", {
  accountId: accountId().primaryKey(),
  isDisabled: integer("is_disabled", { mode: "boolean" }).notNull().default(false),
  /** Room of each of its mailboxes; absent: as everybody. */
  mailboxBytes: integer("mailbox_bytes"),
});

/** Links and sessions of the admin page, by hash. */
export const adminKeys = sqliteTable("admin_keys", {
  hash: bytes("hash").primaryKey(),
  kind: text("kind").$type<"link" | "session">().notNull(),
  expiresAtMs: integer("expires_at_ms").notNull(),
});
