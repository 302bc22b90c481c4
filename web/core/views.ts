import type { PasskeyLock } from "@tacit/crypto/passkey-lock";
import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId, MessageId, RelayOrigin } from "@tacit/shared/ids";
import type { CallView } from "./call-view.ts";

// What screens show. Plain data that survives structured cloning: a second tab gets the same over a channel.

/** A contact on this device; the account behind it can change with a new identity key. Random. */
export type ContactId = string;
/** A card of ours. Random. */
export type CardId = string;

/**
 * starting: nothing known yet. empty: no account in this browser. locked: the password opens it. signed-out: keys are
 * here and open, the relay wants the password again. open: in use. damaged: the keys of this browser do not open.
 * unusable: this browser lets us store nothing (a private window, a full or broken disk).
 */
export type Phase =
  | { readonly phase: "starting" }
  | {
      readonly phase: "empty";
      /** How likely the work that the relay wants of a new account would be done by now, 0 to 1, while it is being done. */
      readonly work?: number | undefined;
    }
  /** `passkey`: the one that opens it beside the password. */
  | { readonly phase: "locked"; readonly passkey?: PasskeyLock | undefined }
  | { readonly phase: "signed-out"; readonly login: string }
  | { readonly phase: "open" }
  | { readonly phase: "damaged" }
  | { readonly phase: "unusable" };

/**
 * connecting, online: as named (draining: online, and what came while away is still arriving). offline: the relay does
 * not answer. full: this device has hardly any room, so nothing is sent or collected. restored: this browser's data is a
 * copy of older data, so its sessions must not go on. damaged: rows of this browser cannot be read that the recovery
 * vault gives back. disabled: whoever runs the relay has shut this account out.
 */
export type Connection = {
  readonly state:
    | "offline"
    | "connecting"
    | "draining"
    | "online"
    | "signed-out"
    | "restored"
    | "damaged"
    | "outdated"
    | "disabled"
    | "full";
  /** Messages waiting in the outbox. */
  readonly waiting: number;
  /** By how much this device's clock is ahead of the relay's, where one of the two is wrong. */
  readonly clockAheadMs: number | undefined;
};

export type Me = {
  readonly name: string;
  readonly login: string;
  readonly account: AccountId;
  readonly relay: RelayOrigin;
  /** "Keep Tacit unlocked on this device". */
  readonly isKept: boolean;
  /** The passkey that unlocks this device beside the password. */
  readonly passkey: PasskeyLock | undefined;
};

/** A place where this account is signed in: a device token at the relay. Days begin at midnight UTC. */
export type SignInView = {
  readonly id: string;
  /** What its client calls the place; empty where it said nothing that we can read. */
  readonly name: string;
  readonly sinceDayMs: number;
  readonly seenDayMs: number;
  readonly isThis: boolean;
};

export type Settings = {
  readonly theme: "system" | "light" | "dark";
  /** Read receipts, both ways. */
  readonly receipts: boolean;
  /** Typing, both ways. */
  readonly typing: boolean;
  /** Contacts whom we accepted may connect directly, and so learn our IP address. */
  readonly direct: boolean;
  /** In locked mode: how long nobody may be there before it locks by itself. */
  readonly lockAfterMinutes: number;
};

export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  receipts: true,
  typing: true,
  direct: true,
  lockAfterMinutes: 15,
};

/** Whether a contact may connect directly: default as the settings say. */
export type DirectChoice = "default" | "direct" | "relay";
/** How a message went: from device to device, or through the relay (its mailbox, or its TURN server). */
export type MessagePath = "direct" | "relay";

/** waiting: in the outbox. sent: the relay has it. delivered: on their device. expired: the relay had it too long. */
export type Mark = "waiting" | "sent" | "delivered" | "read" | "expired" | "failed";

/** Why a message of ours was not sent. blocked: it still waited when its recipient was blocked here. */
export type SendFailure = "gone" | "used-card" | "too-long" | "refused" | "blocked" | "damaged";

/**
 * Where a contact stands. invited: we added them, no answer yet. request: they wrote, we have not decided. ignored: a
 * request that we put aside.
 */
export type ContactStatus = "invited" | "request" | "accepted" | "ignored" | "blocked";

/** How a call is remembered. missed and declined: it was for us; cancelled and no-answer: it was ours. */
export type CallOutcome =
  | "answered"
  | "missed"
  | "declined"
  | "busy"
  | "no-answer"
  | "cancelled"
  | "failed"
  | "elsewhere";

/** How their key came to us. */
export type Origin =
  | { readonly by: "link" | "qr" }
  | { readonly by: "card"; readonly card: string; readonly isScanned?: boolean | undefined }
  | { readonly by: "unknown-card" };

export type ConversationRow = {
  readonly contact: ContactId;
  readonly name: string;
  readonly status: ContactStatus;
  readonly isVerified: boolean;
  /** Sending waits for a decision about a changed key. */
  readonly isHeld: boolean;
  readonly unread: number;
  readonly draft: string | undefined;
  readonly isTyping: boolean;
  readonly last:
    | {
        readonly text: string;
        /** The name of the file that came with it. */
        readonly file?: string | undefined;
        readonly kind: "text" | "notice" | "call";
        readonly atMs: number;
        readonly isMine: boolean;
        readonly mark: Mark | undefined;
        readonly call?: { readonly isVideo: boolean; readonly outcome: CallOutcome } | undefined;
      }
    | undefined;
  readonly activeAtMs: number;
};

export type ContactDetails = {
  readonly contact: ContactId;
  readonly name: string;
  /** What they call themselves, where we renamed them. */
  readonly ownName: string;
  readonly account: AccountId;
  readonly relay: RelayOrigin;
  readonly status: ContactStatus;
  readonly origin: Origin;
  readonly verifiedAtMs: number | undefined;
  readonly hold: { readonly atMs: number; readonly wasVerified: boolean } | undefined;
  readonly addedAtMs: number;
  readonly direct: DirectChoice;
  /** The link there is now; relayed: by way of TURN. */
  readonly link: "direct" | "relayed" | undefined;
  readonly isTyping: boolean;
  readonly draft: string;
};

export type NoticeKind =
  | "key-changed"
  | "key-accepted"
  | "accepted"
  | "session-reset"
  | "verified"
  | "unverified"
  | "new-device";

/**
 * Why a file does not move. gone: they cannot be reached any more. budget: nothing more may be left for them today.
 * relay-full, device-full: no room there, or here. expired: the relay has it no more. forged: what the relay gave is not
 * the file. lost: its bytes are not on this device any more.
 */
export type FileFailure =
  | "gone"
  | "budget"
  | "too-large"
  | "relay-full"
  | "device-full"
  | "expired"
  | "forged"
  | "lost"
  | "withdrawn";

/**
 * How a file goes, or will: by a copy at the relay; directly, or through TURN, while both are there. nowhere: only its
 * sender has it, everything is to go through the relay, and our relay has no TURN.
 */
export type FileWay = MovingWay | "nowhere";
export type MovingWay = "relay" | "direct" | "relayed";

/** Where a file is: here as a whole, not here, or on its way. */
export type FileProgress =
  | { readonly state: "here" }
  | { readonly state: "absent"; readonly expiresAtMs: number | undefined; readonly by: FileWay }
  | {
      /** offered: ours, and the contact can fetch it from here. held: its sender has paused it. */
      readonly state: "waiting" | "moving" | "paused" | "failed" | "offered" | "held";
      readonly way: "up" | "down";
      /** Of the file, as far as known. */
      readonly doneBytes: number;
      readonly bytesPerSecond: number | undefined;
      readonly failure: FileFailure | undefined;
      readonly by: FileWay;
    };

/** A file of a message. `shelf`, `id`, `key` and `root` open it; see `Shelf` in the ports of the screens. */
export type FileView = {
  readonly shelf: string;
  readonly id: Bytes;
  readonly key: Bytes;
  readonly root: Bytes;
  readonly size: number;
  /** By its sender's word. */
  readonly name: string;
  readonly mediaType: string;
  readonly thumbnail: Bytes | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly durationMs: number | undefined;
  readonly progress: FileProgress;
};

/** One row of a conversation, oldest first. `key` is stable and unique within it. */
export type MessageRow =
  | {
      readonly kind: "text";
      readonly key: string;
      readonly id: MessageId;
      readonly isMine: boolean;
      /** With a file: what was written to it, perhaps nothing. */
      readonly text: string;
      readonly file?: FileView | undefined;
      readonly atMs: number;
      readonly replyTo: { readonly id: MessageId; readonly text: string; readonly isMine: boolean } | undefined;
      readonly mark: Mark | undefined;
      readonly failure: SendFailure | undefined;
      readonly deliveredAtMs: number | undefined;
      readonly readAtMs: number | undefined;
      /** Absent while it waits. */
      readonly path: MessagePath | undefined;
    }
  /** A message that could not be read. It goes away once the sender has sent it again. `isAsked`: we asked for that. */
  | { readonly kind: "unreadable"; readonly key: string; readonly atMs: number; readonly isAsked: boolean }
  /** So many messages never came, and nobody has sent them again. It goes away once they come. */
  | { readonly kind: "missing"; readonly key: string; readonly atMs: number; readonly count: number }
  | { readonly kind: "newer"; readonly key: string; readonly atMs: number }
  /** What lies here cannot be read any more. It goes away where it comes again. `atMs`: of the row beside it. */
  | { readonly kind: "damaged"; readonly key: string; readonly atMs: number }
  | {
      readonly kind: "call";
      readonly key: string;
      readonly atMs: number;
      /** We called them. */
      readonly isMine: boolean;
      readonly isVideo: boolean;
      readonly outcome: CallOutcome;
      /** Once it is over, of an answered one. */
      readonly durationMs: number | undefined;
      /** How many missed calls this row stands for: more than one where they followed each other unseen. */
      readonly times: number;
    }
  | { readonly kind: "notice"; readonly key: string; readonly atMs: number; readonly notice: NoticeKind };

export type MessagePage = {
  readonly rows: readonly MessageRow[];
  /** Older rows exist. */
  readonly hasMore: boolean;
  /** Key of the first row that was unread when the conversation was opened by `openConversation`. */
  readonly firstUnread: string | undefined;
};

export type CardView = {
  readonly id: CardId;
  readonly label: string;
  readonly isOnce: boolean;
  readonly link: string;
  /** For its QR code alone: whoever comes by a one-time card with it is verified by that. */
  readonly qr: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | undefined;
  /** A one-time card that somebody came by. */
  readonly isUsed: boolean;
  /** It expired: its key is taken back. */
  readonly isOver: boolean;
};

/** What a link says before it is used. */
export type CardPreview = {
  readonly name: string;
  readonly relay: RelayOrigin;
  readonly isOnce: boolean;
  readonly expiresAtMs: number | undefined;
};

/** Where the way back stands. `savedAtMs`: when the relay last took the recovery vault, by our clock. */
export type RecoveryView = {
  readonly isConfirmed: boolean;
  readonly savedAtMs: number | undefined;
  /** Somebody knows a later state of this account than the one that came back: the relay may have kept an old vault. */
  readonly isOlder: boolean;
  /** What is on this device is not yet in the vault at the relay. */
  readonly isBehind: boolean;
};

/** What this browser has room for, by its own estimates; `undefined` where it does not say. */
export type StorageView = {
  /** The browser has promised not to clear this by itself. */
  readonly isPersisted: boolean;
  readonly usedBytes: number | undefined;
  readonly leftBytes: number | undefined;
  readonly isNearlyFull: boolean;
};

/** What can be watched, and what a listener gets. */
export type Views = {
  readonly phase: { readonly query: { readonly view: "phase" }; readonly value: Phase };
  readonly connection: { readonly query: { readonly view: "connection" }; readonly value: Connection };
  readonly me: { readonly query: { readonly view: "me" }; readonly value: Me | undefined };
  readonly recovery: { readonly query: { readonly view: "recovery" }; readonly value: RecoveryView | undefined };
  readonly storage: { readonly query: { readonly view: "storage" }; readonly value: StorageView | undefined };
  readonly settings: { readonly query: { readonly view: "settings" }; readonly value: Settings };
  readonly conversations: {
    readonly query: { readonly view: "conversations" };
    readonly value: readonly ConversationRow[];
  };
  readonly contact: {
    readonly query: { readonly view: "contact"; readonly contact: ContactId };
    readonly value: ContactDetails | undefined;
  };
  readonly messages: {
    readonly query: {
      readonly view: "messages";
      readonly contact: ContactId;
      readonly limit: number;
      /** Key of the newest row that is wanted; absent, or of a row that is gone: the newest there is. */
      readonly until?: string | undefined;
    };
    readonly value: MessagePage;
  };
  readonly cards: { readonly query: { readonly view: "cards" }; readonly value: readonly CardView[] };
  readonly call: { readonly query: { readonly view: "call" }; readonly value: CallView | undefined };
};
export type ViewName = keyof Views;
export type Query = Views[ViewName]["query"];
export type ValueOf<Q extends Query> = Views[Q["view"]]["value"];
