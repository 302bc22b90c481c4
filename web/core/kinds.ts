import type { Bytes } from "@tacit/shared/bytes";
import type {
  AccountId,
  DeliveryKey,
  DeviceId,
  DeviceToken,
  EnvelopeId,
  MessageId,
  RelayOrigin,
} from "@tacit/shared/ids";
import { type Body, Body as BodySchema } from "@tacit/shared/wire/content";
import { type Device, Device as DeviceSchema, SignedDeviceList } from "@tacit/shared/wire/devices";
import {
  accountId,
  bytes,
  deliveryKey,
  deviceId,
  deviceToken,
  envelopeId,
  messageId,
  publicKey,
  relayOrigin,
  timeMs,
  u32,
} from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import type { Kind } from "./records.ts";
import type { CardId, ContactId, Mark, NoticeKind, Origin, SendFailure, Settings } from "./views.ts";

// What this device keeps of each thing, as sealed rows. A field that is added later is optional.

const flag = z.boolean();
const name = z.string();

export type Account = {
  readonly login: string;
  readonly name: string;
  readonly relay: RelayOrigin;
  readonly account: AccountId;
  readonly identityKey: Bytes;
  readonly device: Device;
  /** Absent until the relay has issued one, and after signing out. */
  readonly token?: DeviceToken | undefined;
  /** This device came by recovery, and the relay does not hand it out yet. */
  readonly isUnannounced?: boolean | undefined;
  /** The relay has not said yet that it has this account. */
  readonly isPending?: boolean | undefined;
  /** Our device list as we signed it last, and its counter and date. */
  readonly list: SignedDeviceList;
  readonly listCounter: number;
  readonly listDateMs: number;
  /** The relay has not confirmed this list yet. */
  readonly isListPending?: boolean | undefined;
  /** The relay's store epoch as last seen. */
  readonly storeEpoch?: Bytes | undefined;
};
export const ACCOUNT: Kind<Account> = {
  table: "meta",
  schema: z.object({
    login: name,
    name,
    relay: relayOrigin,
    account: accountId,
    identityKey: publicKey,
    device: DeviceSchema,
    token: z.optional(deviceToken),
    isPending: z.optional(flag),
    isUnannounced: z.optional(flag),
    list: SignedDeviceList,
    listCounter: u32,
    listDateMs: timeMs,
    isListPending: z.optional(flag),
    storeEpoch: z.optional(bytes(16)),
  }),
};

/** Grows durably before every connection. */
export type Epoch = { readonly epoch: number };
export const EPOCH: Kind<Epoch> = { table: "meta", schema: z.object({ epoch: u32 }) };

export const SETTINGS: Kind<Settings> = {
  table: "meta",
  schema: z.object({ theme: z.enum(["system", "light", "dark"]), receipts: flag, typing: flag }),
};

/** A key of our pool and who holds it. An unassigned one is a spare: its hash pads the set. */
export type PoolKey = { readonly key: DeliveryKey; readonly holder?: string | undefined };
export type KeyPool = {
  /** Of the set as it should be at the relay. */
  readonly version: number;
  readonly isPublished: boolean;
  readonly contact: readonly PoolKey[];
  readonly card: readonly PoolKey[];
  readonly onceCard: readonly PoolKey[];
};
const poolKeys = z.array(z.object({ key: deliveryKey, holder: z.optional(name) }));
export const KEY_POOL: Kind<KeyPool> = {
  table: "meta",
  schema: z.object({ version: u32, isPublished: flag, contact: poolKeys, card: poolKeys, onceCard: poolKeys }),
};

/** Which prekey ids come next, and the ids and dates of those that are not one-time, newest first. */
export type PreKeyBook = {
  readonly nextOneTimeId: number;
  readonly nextKyberId: number;
  readonly nextSignedId: number;
  /** Below these no one-time prekey is kept. */
  readonly oldestOneTimeId?: number | undefined;
  readonly oldestKyberId?: number | undefined;
  readonly signed: readonly { readonly id: number; readonly atMs: number }[];
  readonly lastResort: readonly { readonly id: number; readonly atMs: number }[];
};
const dated = z.array(z.object({ id: u32, atMs: timeMs }));
export const PREKEY_BOOK: Kind<PreKeyBook> = {
  table: "meta",
  schema: z.object({
    nextOneTimeId: u32,
    nextKyberId: u32,
    nextSignedId: u32,
    oldestOneTimeId: z.optional(u32),
    oldestKyberId: z.optional(u32),
    signed: dated,
    lastResort: dated,
  }),
};

export type OwnCard = {
  readonly id: CardId;
  readonly label: string;
  readonly isOnce: boolean;
  readonly key: DeliveryKey;
  readonly createdAtMs: number;
  readonly expiresAtMs?: number | undefined;
  readonly isUsed: boolean;
};
export type Cards = { readonly cards: readonly OwnCard[] };
export const CARDS: Kind<Cards> = {
  table: "meta",
  schema: z.object({
    cards: z.array(
      z.object({
        id: name,
        label: name,
        isOnce: flag,
        key: deliveryKey,
        createdAtMs: timeMs,
        expiresAtMs: z.optional(timeMs),
        isUsed: flag,
      }),
    ),
  }),
};

/** The key that we chose for each one-time card that we claim. */
export type Claims = { readonly claims: readonly { readonly card: DeliveryKey; readonly key: DeliveryKey }[] };
export const CLAIMS: Kind<Claims> = {
  table: "meta",
  schema: z.object({ claims: z.array(z.object({ card: deliveryKey, key: deliveryKey })) }),
};

/** The relay has seen a later epoch: this store is a copy of an older one, and its sessions must never go on. */
export type Restored = { readonly atMs: number };
export const RESTORED: Kind<Restored> = { table: "meta", schema: z.object({ atMs: timeMs }) };

/** What the relay has of our recovery vault. `digest`: SHA-256 of the contents that it has. */
export type RecoveryState = {
  readonly version: number;
  readonly digest?: Bytes | undefined;
  readonly savedAtMs?: number | undefined;
  /** The person has shown that they kept the recovery key. */
  readonly isConfirmed: boolean;
  /** When this device came back by recovery, and with which version. */
  readonly recoveredAtMs?: number | undefined;
  readonly recoveredVersion?: number | undefined;
  /** Somebody knows a later vault or device list of ours than the one that we came back with. */
  readonly isOlder?: boolean | undefined;
};
export const RECOVERY_STATE: Kind<RecoveryState> = {
  table: "meta",
  schema: z.object({
    version: u32,
    digest: z.optional(bytes(32)),
    savedAtMs: z.optional(timeMs),
    isConfirmed: flag,
    recoveredAtMs: z.optional(timeMs),
    recoveredVersion: z.optional(u32),
    isOlder: z.optional(flag),
  }),
};

/**
 * A change of password that the relay may or may not have taken: the recovery row as it will be (sealed for the next
 * version), and the version and digest of the vault that the relay has then.
 */
export type PasswordChange = {
  readonly recovery: Bytes;
  readonly version: number;
  readonly digest: Bytes;
};
export const PASSWORD_CHANGE: Kind<PasswordChange> = {
  table: "meta",
  schema: z.object({ recovery: bytes(1, 1024), version: u32, digest: bytes(32) }),
};

/** Envelopes that a defect of ours kept us from reading. */
export type Skipped = { readonly envelopes: number };
export const SKIPPED: Kind<Skipped> = { table: "meta", schema: z.object({ envelopes: u32 }) };

/** Ids of the single records of `meta`. Vault, identity and recovery key are rows of the keyholder's own making. */
export const META = {
  vault: "vault",
  identity: "identity",
  account: "account",
  epoch: "epoch",
  settings: "settings",
  keyPool: "key-pool",
  preKeyBook: "prekey-book",
  cards: "cards",
  claims: "claims",
  skipped: "skipped",
  restored: "restored",
  recovery: "recovery",
  recoveryState: "recovery-state",
  passwordChange: "password-change",
} as const;

export type KnownList = { readonly counter: number; readonly hash: Bytes; readonly devices: readonly Device[] };

export type Last = {
  readonly text: string;
  readonly kind: "text" | "notice";
  readonly atMs: number;
  readonly isMine: boolean;
  readonly id?: MessageId | undefined;
  readonly mark?: Mark | undefined;
};

export type Contact = {
  readonly account: AccountId;
  readonly relay: RelayOrigin;
  readonly identityKey: Bytes;
  /** What they call themselves. */
  readonly ownName: string;
  /** What we call them. */
  readonly name?: string | undefined;
  readonly status: "invited" | "request" | "accepted" | "ignored" | "blocked";
  readonly origin: Origin;
  readonly addedAtMs: number;
  readonly verifiedAtMs?: number | undefined;
  /** Their key to post with. Absent while we have none (a request that brought none is not kept). */
  readonly sendKey?: DeliveryKey | undefined;
  /** The last key that led to this very identity: what a Content says of a newer one is only a claim. */
  readonly provenKey?: DeliveryKey | undefined;
  /** Our last message could not be delivered: the key is revoked, or the account gone. */
  readonly isGone?: boolean | undefined;
  /** The key of their card: sent back with each introduction. */
  readonly cardKey?: DeliveryKey | undefined;
  /** The card of ours that they came by. */
  readonly cardId?: CardId | undefined;
  /** Blocked, and never said by which card: once the relay says which cards are used, those nobody owns are taken back. */
  readonly isUnaccounted?: boolean | undefined;
  /** Our pool key that they hold. */
  readonly ourKey: DeliveryKey;
  /** The highest version of their recovery vault that they told us. */
  readonly vaultVersion?: number | undefined;
  /** Their newest device list that we verified. */
  readonly list?: KnownList | undefined;
  /** A message of theirs proved that ours arrived: introductions end. */
  readonly isIntroduced: boolean;
  /** A bundle named another identity key: sending waits for the person. */
  readonly hold?: { readonly identityKey: Bytes; readonly atMs: number } | undefined;
  /** The next envelope starts a session anew. */
  readonly needsSession: boolean;
  readonly resetAtMs?: number | undefined;
  readonly resendsAskedAtMs?: number | undefined;
  readonly unread: number;
  /** Messages that we owe receipts for. */
  readonly owed: { readonly delivered: readonly MessageId[]; readonly read: readonly MessageId[] };
  readonly last?: Last | undefined;
  readonly activeAtMs: number;
};
const ids = z.array(messageId);
const mark = z.enum(["waiting", "sent", "delivered", "read", "failed"]);
export const CONTACT: Kind<Contact> = {
  table: "contacts",
  schema: z.object({
    account: accountId,
    relay: relayOrigin,
    identityKey: publicKey,
    ownName: name,
    name: z.optional(name),
    status: z.enum(["invited", "request", "accepted", "ignored", "blocked"]),
    origin: z.union([
      z.object({ by: z.enum(["link", "qr"]) }),
      z.object({ by: z.literal("card"), card: name }),
      z.object({ by: z.literal("unknown-card") }),
    ]),
    addedAtMs: timeMs,
    verifiedAtMs: z.optional(timeMs),
    sendKey: z.optional(deliveryKey),
    provenKey: z.optional(deliveryKey),
    isGone: z.optional(flag),
    cardKey: z.optional(deliveryKey),
    cardId: z.optional(name),
    isUnaccounted: z.optional(flag),
    ourKey: deliveryKey,
    vaultVersion: z.optional(u32),
    list: z.optional(z.object({ counter: u32, hash: bytes(32), devices: z.array(DeviceSchema) })),
    isIntroduced: flag,
    hold: z.optional(z.object({ identityKey: publicKey, atMs: timeMs })),
    needsSession: flag,
    resetAtMs: z.optional(timeMs),
    resendsAskedAtMs: z.optional(timeMs),
    unread: u32,
    owed: z.object({ delivered: ids, read: ids }),
    last: z.optional(
      z.object({
        text: name,
        kind: z.enum(["text", "notice"]),
        atMs: timeMs,
        isMine: flag,
        id: z.optional(messageId),
        mark: z.optional(mark),
      }),
    ),
    activeAtMs: timeMs,
  }),
};

/** A row of a conversation. */
export type Message =
  | {
      readonly kind: "text";
      readonly id: MessageId;
      readonly isMine: boolean;
      readonly text: string;
      readonly atMs: number;
      readonly replyTo?: MessageId | undefined;
      readonly mark?: Mark | undefined;
      readonly failure?: SendFailure | undefined;
      readonly deliveredAtMs?: number | undefined;
      readonly readAtMs?: number | undefined;
      /** It was encrypted once more because no receipt came for a day. */
      readonly isHealed?: boolean | undefined;
    }
  | { readonly kind: "unreadable"; readonly atMs: number; readonly isAsked: boolean }
  | { readonly kind: "newer"; readonly atMs: number; readonly kept: Bytes }
  | { readonly kind: "notice"; readonly atMs: number; readonly notice: NoticeKind };
export type TextMessage = Extract<Message, { kind: "text" }>;
export const MESSAGE: Kind<Message> = {
  table: "messages",
  schema: z.union([
    z.object({
      kind: z.literal("text"),
      id: messageId,
      isMine: flag,
      text: name,
      atMs: timeMs,
      replyTo: z.optional(messageId),
      mark: z.optional(mark),
      failure: z.optional(z.enum(["gone", "used-card", "too-long", "refused"])),
      deliveredAtMs: z.optional(timeMs),
      readAtMs: z.optional(timeMs),
      isHealed: z.optional(flag),
    }),
    z.object({ kind: z.literal("unreadable"), atMs: timeMs, isAsked: flag }),
    z.object({ kind: z.literal("newer"), atMs: timeMs, kept: bytes(0, 65_536) }),
    z.object({
      kind: z.literal("notice"),
      atMs: timeMs,
      notice: z.enum([
        "key-changed",
        "key-accepted",
        "accepted",
        "session-reset",
        "verified",
        "unverified",
        "new-device",
      ]),
    }),
  ]),
};

/** What leaves: a Content to be, and once it is encrypted the very bytes that are posted until the relay has them. */
export type Job = {
  readonly contact: ContactId;
  readonly message: MessageId;
  readonly atMs: number;
  readonly body: Body;
  readonly resendOf?: EnvelopeId | undefined;
  readonly envelopes?: readonly SealedJob[] | undefined;
};
export type SealedJob = {
  readonly deviceId: DeviceId;
  readonly registrationId: number;
  readonly id: EnvelopeId;
  readonly sealed: Bytes;
};
export const JOB: Kind<Job> = {
  table: "outbox",
  schema: z.object({
    contact: name,
    message: messageId,
    atMs: timeMs,
    body: BodySchema,
    resendOf: z.optional(envelopeId),
    envelopes: z.optional(
      z.array(z.object({ deviceId, registrationId: u32, id: envelopeId, sealed: bytes(1, 65_536) })),
    ),
  }),
};

/** Message ids that were handled: the exactly-once key. `order` of the row is the day. */
export type Seen = { readonly atMs: number };
export const SEEN: Kind<Seen> = { table: "seen", schema: z.object({ atMs: timeMs }) };

/**
 * Which message an envelope of ours carried, and for which account, for resends: whoever holds another key now never gets
 * it. `order` of the row is the day.
 */
export type Sent = {
  readonly account: AccountId;
  readonly contact: ContactId;
  readonly message: MessageId;
  readonly body: Body["type"];
};
export const SENT: Kind<Sent> = {
  table: "sent",
  schema: z.object({
    account: accountId,
    contact: name,
    message: messageId,
    body: z.enum(["text", "receipt", "typing", "resend", "hello"]),
  }),
};

export type Draft = { readonly text: string };
export const DRAFT: Kind<Draft> = { table: "drafts", schema: z.object({ text: name }) };

/** One use of a last-resort prekey. */
export type Replay = { readonly atMs: number };
export const REPLAY: Kind<Replay> = { table: "replays", schema: z.object({ atMs: timeMs }) };
