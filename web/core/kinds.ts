import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKey, DeviceId, EnvelopeId, MessageId, RelayOrigin } from "@tacit/shared/ids";
import { cardProof } from "@tacit/shared/wire/card";
import {
  type Body,
  Body as BodySchema,
  type FileOffer,
  fileOffer,
  type Place,
  Place as PlaceSchema,
} from "@tacit/shared/wire/content";
import { type Device, Device as DeviceSchema } from "@tacit/shared/wire/devices";
import {
  accountId,
  blobId,
  bytes,
  deliveryKey,
  deviceId,
  envelopeId,
  messageId,
  publicKey,
  relayOrigin,
  timeMs,
  u32,
} from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import type { Kind } from "./records.ts";
import type {
  CallOutcome,
  CardId,
  ContactId,
  DirectChoice,
  FileFailure,
  Mark,
  MessagePath,
  NoticeKind,
  Origin,
  SendFailure,
} from "./views.ts";

// What this device keeps of people and of what they write, as sealed rows. A field that is added later is optional.

const flag = z.boolean();
const name = z.string();

export type KnownList = { readonly counter: number; readonly hash: Bytes; readonly devices: readonly Device[] };

export type Last = {
  readonly text: string;
  /** The name of the file that came with it. */
  readonly file?: string | undefined;
  readonly kind: "text" | "notice" | "call";
  readonly atMs: number;
  readonly isMine: boolean;
  readonly id?: MessageId | undefined;
  readonly mark?: Mark | undefined;
  readonly call?: { readonly isVideo: boolean; readonly outcome: CallOutcome } | undefined;
};

/**
 * The numbers from `from` to `to` of a run have not come. noticed: they may be on their way. asked: for once more. said: a
 * row of the conversation stands for them. `order`, that of the last of them, and those down to `first` are kept free.
 */
export type Gap = {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly order: number;
  /** That of the message that came after it. */
  readonly atMs: number;
  readonly state: "noticed" | "asked" | "said";
};
/** What came of a run of theirs: everything to `top` but the gaps. */
export type TheirRun = { readonly run: Bytes; readonly top: number; readonly gaps: readonly Gap[] };
/** The numbers of what we write to them: the highest given, and that of the last message which may have left. */
export type OurRun = { readonly run: Bytes; readonly top: number; readonly last: number };

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
  /** What the QR code of their card said: sent back with it, so that they know who scanned it. */
  readonly cardProof?: Bytes | undefined;
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
  /** A message of theirs proved that they know `ourKey`: introductions end. */
  readonly isIntroduced: boolean;
  /** `ourKey` took the place of another and they may not know: how often that was said again, and when last. */
  readonly unheard?: { readonly times: number; readonly atMs: number } | undefined;
  /** What was said for this contact alone. */
  readonly direct?: Exclude<DirectChoice, "default"> | undefined;
  /** A bundle named another identity key: sending waits for the person. */
  readonly hold?: { readonly identityKey: Bytes; readonly atMs: number } | undefined;
  /** The next envelope starts a session anew. */
  readonly needsSession: boolean;
  readonly resetAtMs?: number | undefined;
  readonly resendsAskedAtMs?: number | undefined;
  readonly unread: number;
  /** Since when, by the relay's clock, it has had a text of ours without a sign of theirs. */
  readonly unconfirmedSinceMs?: number | undefined;
  /** Messages that we owe receipts for. */
  readonly owed: { readonly delivered: readonly MessageId[]; readonly read: readonly MessageId[] };
  readonly ourRun?: OurRun | undefined;
  /** The ones met last. Absent: the next that is met may have begun before we could hear it. */
  readonly theirRuns?: readonly TheirRun[] | undefined;
  /** Rows that came into an earlier place while nobody looked: among the unread ones, and not the newest. */
  readonly late?: readonly string[] | undefined;
  readonly last?: Last | undefined;
  readonly activeAtMs: number;
};
const count = z.number();
const gap = z.object({
  from: count,
  to: count,
  first: count,
  order: count,
  atMs: timeMs,
  state: z.enum(["noticed", "asked", "said"]),
});
const ids = z.array(messageId);
const outcome = z.enum(["answered", "missed", "declined", "busy", "no-answer", "cancelled", "failed", "elsewhere"]);
const mark = z.enum(["waiting", "sent", "delivered", "read", "expired", "failed"]);
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
      z.object({ by: z.literal("card"), card: name, isScanned: z.optional(flag) }),
      z.object({ by: z.literal("unknown-card") }),
    ]),
    addedAtMs: timeMs,
    verifiedAtMs: z.optional(timeMs),
    sendKey: z.optional(deliveryKey),
    provenKey: z.optional(deliveryKey),
    isGone: z.optional(flag),
    cardKey: z.optional(deliveryKey),
    cardProof: z.optional(cardProof),
    cardId: z.optional(name),
    isUnaccounted: z.optional(flag),
    ourKey: deliveryKey,
    vaultVersion: z.optional(u32),
    list: z.optional(z.object({ counter: u32, hash: bytes(32), devices: z.array(DeviceSchema) })),
    isIntroduced: flag,
    unheard: z.optional(z.object({ times: count, atMs: timeMs })),
    direct: z.optional(z.enum(["direct", "relay"])),
    hold: z.optional(z.object({ identityKey: publicKey, atMs: timeMs })),
    needsSession: flag,
    resetAtMs: z.optional(timeMs),
    resendsAskedAtMs: z.optional(timeMs),
    unread: u32,
    unconfirmedSinceMs: z.optional(timeMs),
    owed: z.object({ delivered: ids, read: ids }),
    ourRun: z.optional(z.object({ run: bytes(8), top: count, last: count })),
    theirRuns: z.optional(z.array(z.object({ run: bytes(8), top: count, gaps: z.array(gap) }))),
    late: z.optional(z.array(name)),
    last: z.optional(
      z.object({
        text: name,
        file: z.optional(name),
        kind: z.enum(["text", "notice", "call"]),
        atMs: timeMs,
        isMine: flag,
        id: z.optional(messageId),
        mark: z.optional(mark),
        call: z.optional(z.object({ isVideo: flag, outcome })),
      }),
    ),
    activeAtMs: timeMs,
  }),
};

/** The file of a message. `shelf`: the name that its sealed bytes have on this device; its state is a row of `files`. */
export type FilePart = FileOffer & { readonly shelf: string };

/** A row of a conversation. */
export type Message =
  | {
      readonly kind: "text";
      readonly id: MessageId;
      readonly isMine: boolean;
      /** Of a message with a file: what was written to it, perhaps nothing. */
      readonly text: string;
      readonly file?: FilePart | undefined;
      readonly atMs: number;
      readonly replyTo?: MessageId | undefined;
      readonly mark?: Mark | undefined;
      readonly failure?: SendFailure | undefined;
      /** When the relay took it, by its clock. */
      readonly sentAtMs?: number | undefined;
      readonly deliveredAtMs?: number | undefined;
      readonly readAtMs?: number | undefined;
      /** How it left or came. Before links there was one way. */
      readonly path?: MessagePath | undefined;
      /** It was encrypted once more because no receipt came for a day. */
      readonly isHealed?: boolean | undefined;
      /** Of ours, once it was encrypted. */
      readonly place?: Place | undefined;
      /** They said that it never came, and it was sent once more. */
      readonly isSentAgain?: boolean | undefined;
    }
  | {
      readonly kind: "unreadable";
      readonly atMs: number;
      readonly isAsked: boolean;
      /** The envelope to ask for once the device that it came from is on its account's list. */
      readonly unasked?: EnvelopeId | undefined;
    }
  /** So many messages never came, and nobody sent them again. */
  | { readonly kind: "missing"; readonly atMs: number; readonly count: number }
  | { readonly kind: "newer"; readonly atMs: number; readonly kept: Bytes }
  | {
      readonly kind: "call";
      readonly atMs: number;
      readonly isMine: boolean;
      readonly isVideo: boolean;
      readonly outcome: CallOutcome;
      readonly durationMs?: number | undefined;
      /** How many missed calls it stands for. Absent: one. */
      readonly times?: number | undefined;
    }
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
      file: z.optional(z.object({ ...fileOffer, shelf: name })),
      atMs: timeMs,
      replyTo: z.optional(messageId),
      mark: z.optional(mark),
      failure: z.optional(z.enum(["gone", "used-card", "too-long", "refused", "blocked", "damaged"])),
      sentAtMs: z.optional(timeMs),
      deliveredAtMs: z.optional(timeMs),
      readAtMs: z.optional(timeMs),
      path: z.optional(z.enum(["direct", "relay"])),
      isHealed: z.optional(flag),
      place: z.optional(PlaceSchema),
      isSentAgain: z.optional(flag),
    }),
    z.object({ kind: z.literal("unreadable"), atMs: timeMs, isAsked: flag, unasked: z.optional(envelopeId) }),
    z.object({ kind: z.literal("missing"), atMs: timeMs, count }),
    z.object({ kind: z.literal("newer"), atMs: timeMs, kept: bytes(0, 65_536) }),
    z.object({
      kind: z.literal("call"),
      atMs: timeMs,
      isMine: flag,
      isVideo: flag,
      outcome,
      durationMs: z.optional(timeMs),
      times: z.optional(timeMs),
    }),
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
  readonly place?: Place | undefined;
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
    place: z.optional(PlaceSchema),
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
    body: z.enum(["text", "file", "receipt", "typing", "resend", "missing", "hello", "link", "call"]),
  }),
};

/**
 * A sealed file of this device, by the name of its bytes. here: all of it, and of one of ours no
 * more to do. absent: not fetched, or not any more. up: on its way to the relay. offered: the contact was told and fetches
 * it from here. down: on its way to us. How far is told by the relay, or by the bytes that are here.
 */
export type FileState = {
  readonly contact: ContactId;
  readonly message: MessageId;
  readonly isMine: boolean;
  readonly state: "here" | "absent" | "up" | "offered" | "down";
  /** Its own, as in the Content. Absent in rows of before files could go directly. */
  readonly id?: Bytes | undefined;
  /** The contact was told of it without a copy at the relay. */
  readonly isDirect?: boolean | undefined;
  readonly isPaused?: boolean | undefined;
  /** Why it does not move until the person says so. */
  readonly failure?: FileFailure | undefined;
  /** Of an upload that has begun. */
  readonly blob?: FileOffer["blob"];
};
export const FILE: Kind<FileState> = {
  table: "files",
  schema: z.object({
    contact: name,
    message: messageId,
    isMine: flag,
    state: z.enum(["here", "absent", "up", "offered", "down"]),
    id: z.optional(bytes(16)),
    isDirect: z.optional(flag),
    isPaused: z.optional(flag),
    failure: z.optional(
      z.enum(["gone", "budget", "too-large", "relay-full", "device-full", "expired", "forged", "lost", "withdrawn"]),
    ),
    blob: z.optional(z.object({ id: blobId, expiresAtMs: timeMs })),
  }),
};

export type Draft = { readonly text: string };
export const DRAFT: Kind<Draft> = { table: "drafts", schema: z.object({ text: name }) };

/** One use of a last-resort prekey. */
export type Replay = { readonly atMs: number };
export const REPLAY: Kind<Replay> = { table: "replays", schema: z.object({ atMs: timeMs }) };
