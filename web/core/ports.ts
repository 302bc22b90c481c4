import type { PasskeyLock } from "@tacit/crypto/passkey-lock";
import type { AsyncPrimitives } from "@tacit/crypto/primitives";
import type { Bytes } from "@tacit/shared/bytes";
import type { BundleAnswer, Ready } from "@tacit/shared/events";
import type { AccountId, BlobId, DeliveryKey, DeviceId, DeviceToken, EnvelopeId, RelayOrigin } from "@tacit/shared/ids";
import type { Label } from "@tacit/shared/labels";
import type { Result } from "@tacit/shared/result";
import type { AnswerOf, RequestOf, routes } from "@tacit/shared/routes";
import type { BlobRefusal } from "@tacit/shared/wire/blobs";
import type { Claim, ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import type { Envelope, Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import type { BundleRequest, DeviceBundle, PreKeyCount, PreKeyUpload } from "@tacit/shared/wire/prekeys";
import type { PeerSignal } from "@tacit/shared/wire/signals";

// Everything that the messenger needs of the outside world. Where a port has more than one adapter, one contract suite
// in core/testing holds for all of them.

/** Wall time and timers. */
export type Clock = {
  nowMs(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
};

/** `length` bytes from a cryptographic source. */
export type Random = (length: number) => Bytes;

/* ------------------------------------------------------------------ store */

export const TABLES = [
  "meta",
  "contacts",
  "messages",
  "sessions",
  "prekeys",
  "outbox",
  "seen",
  "sent",
  "drafts",
  "replays",
  "files",
] as const;
export type Table = (typeof TABLES)[number];

/**
 * One sealed record. `id`, `index` and `order` are what the store can find it by: keyed hashes and local counters,
 * never a name, an id of a person, or a time more exact than a day. `version` grows by one with each write of the same row.
 */
export type Row = {
  readonly table: Table;
  readonly id: string;
  /** Equality index. */
  readonly index?: string | undefined;
  /** Order within the table or within one `index`. A local sequence number. */
  readonly order?: number | undefined;
  readonly version: number;
  readonly sealed: Bytes;
};
export type RowKey = { readonly table: Table; readonly id: string };

export type RowRange = {
  readonly index?: string | undefined;
  /** Exclusive bounds of `order`. */
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
  /** Ascending by `order` (rows without one by id) unless true. */
  readonly descending?: boolean | undefined;
};

export type Commit = {
  readonly put?: readonly Row[] | undefined;
  readonly remove?: readonly RowKey[] | undefined;
};

export type Store = {
  get(table: Table, id: string): Promise<Row | undefined>;
  list(table: Table, range?: RowRange): Promise<readonly Row[]>;
  count(table: Table, range?: RowRange): Promise<number>;
  /**
   * All or nothing, durable when the promise resolves. A put whose `version` is not exactly one above the stored row's
   * (1 for a new row) is a "conflict": nothing is written. Rejects when the device cannot store (full, broken).
   */
  commit(commit: Commit): Promise<Result<undefined, "conflict">>;
  /** Deletes every row of every table. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

/* -------------------------------------------------------------- keyholder */

/** A record on its way into or out of a row. AAD of the seal: table, id, index, order, version. */
export type PlainRow = Omit<Row, "sealed"> & { readonly plain: Bytes };

export type RemoteDevice = { readonly accountId: AccountId; readonly deviceId: DeviceId };

/** The wrapped vault key as the "vault" row of `meta` keeps it. */
export type WrappedVault = {
  /** Under Argon2id of the password; its parameters and salt inside. */
  readonly byPassword: Bytes;
  /** Under a non-extractable key of this browser. Absent in locked mode, and while it is locked by hand. */
  readonly byDevice?: Bytes | undefined;
  /** Under what a passkey derives; which one, and from what, inside. */
  readonly byPasskey?: Bytes | undefined;
};

export type OwnIdentity = {
  readonly accountId: AccountId;
  readonly identityKey: Bytes;
  readonly deviceId: DeviceId;
  readonly registrationId: number;
};

export type OpenedEnvelope = {
  readonly sender: RemoteDevice;
  readonly senderIdentityKey: Bytes;
  readonly kind: "prekey" | "whisper";
  readonly message: Bytes;
  /** The prekeys that a "prekey" message was made for. */
  readonly needs?:
    | { readonly oneTime?: number | undefined; readonly signed: number; readonly kyber: number }
    | undefined;
};

/** What a "prekey" message used up. `replay` identifies the use of a last-resort key: a second one is refused. */
export type UsedPreKeys = {
  readonly oneTime?: number | undefined;
  readonly signed: number;
  readonly kyber: number;
  readonly replay: string;
};

export type DecryptFailure = "duplicate" | "unreadable" | "no-session" | "missing-prekey" | "untrusted" | "replayed";

export type SafetyNumber = {
  /** 60 digits. */
  readonly digits: string;
  /** What the QR code holds. */
  readonly scannable: Bytes;
};

/**
 * Holds the unlocked keys. Has no database and no network: sealed rows come in, sealed rows go out. In a browser it
 * lives in a worker, and locking ends the worker; in Node it runs in the thread. Every method but those for
 * unlocking, locking and verifying rejects while the vault is locked.
 */
export type Keyholder = {
  /** Makes a new vault key and holds it. `keep`: also wraps it for this browser. */
  createVault(password: string, keep: boolean): Promise<WrappedVault>;
  unlockByPassword(wrapped: WrappedVault, password: string): Promise<Result<undefined, "wrong-password">>;
  /** "unavailable": locked mode, or the browser's key is gone. */
  unlockByDevice(wrapped: WrappedVault): Promise<Result<undefined, "unavailable">>;
  /** `secret`: the 32 bytes that the passkey derived. */
  unlockByPasskey(wrapped: WrappedVault, secret: Bytes): Promise<Result<undefined, "wrong-passkey">>;
  /** Whether the password opens this. Holds nothing anew. */
  checkPassword(wrapped: WrappedVault, password: string): Promise<boolean>;
  /** Wraps the held vault key for a passkey as well, in the place of any before. */
  wrapByPasskey(wrapped: WrappedVault, lock: PasskeyLock, secret: Bytes): Promise<WrappedVault>;
  /** Forgets every key. */
  lock(): Promise<void>;
  /** Wraps the held vault key for this browser, or takes that away. Checks the password first. */
  setKept(wrapped: WrappedVault, password: string, keep: boolean): Promise<Result<WrappedVault, "wrong-password">>;
  /** Wraps the held vault key for this browser: it was just unlocked by the password. */
  keepByDevice(wrapped: WrappedVault): Promise<WrappedVault>;
  /** Takes away what this browser could unlock by itself. Works while locked. */
  forgetDevice(wrapped: WrappedVault): Promise<WrappedVault>;

  seal(rows: readonly PlainRow[]): Promise<readonly Row[]>;
  /** In the order asked. `undefined` where a row does not open: damaged, swapped, or of another vault. */
  open(rows: readonly Row[]): Promise<readonly (Bytes | undefined)[]>;
  /** Keyed hashes of `values` for `Row.id` and `Row.index`. */
  blind(table: Table, values: readonly string[]): Promise<readonly string[]>;

  /** Makes the identity of a new account and holds it; the row keeps it. */
  createIdentity(): Promise<{ readonly identity: OwnIdentity; readonly row: Row }>;
  /** Takes the identity out of its row and holds it. Rejects when the row does not open. */
  useIdentity(row: Row): Promise<OwnIdentity>;
  /** For the account's own devices: what it calls the place of a sign-in. */
  sealSignInName(name: string): Promise<Bytes>;
  /** In the order asked. `undefined` where a name does not open. */
  openSignInNames(sealed: readonly Bytes[]): Promise<readonly (string | undefined)[]>;
  /** XEdDSA by the identity key over labelled(label) || message. */
  sign(label: Label, message: Bytes): Promise<Bytes>;
  /** Whether `signature` is one of `identityKey` (33 bytes) over labelled(label) || message. Works while locked. */
  verify(identityKey: Bytes, label: Label, message: Bytes, signature: Bytes): Promise<boolean>;
  /** Fresh prekeys with ids counting up from `firstId` of each kind; the rows hold their private halves. */
  generatePreKeys(request: {
    readonly firstOneTimeId: number;
    readonly oneTime: number;
    readonly firstKyberId: number;
    readonly kyber: number;
    /** Also a signed and a last-resort prekey with these ids. */
    readonly signedId?: number | undefined;
    readonly lastResortId?: number | undefined;
  }): Promise<{ readonly upload: PreKeyUpload; readonly rows: readonly Row[] }>;

  /** A session from a prekey bundle; the one before is archived in the same row. "forged": a signature does not hold. */
  startSession(request: {
    readonly remote: RemoteDevice;
    readonly identityKey: Bytes;
    readonly bundle: DeviceBundle;
    readonly session: Row | undefined;
    readonly nowMs: number;
  }): Promise<Result<Row, "forged">>;
  /** Encrypts for one device and seals the envelope to one of the bucket sizes. */
  encrypt(request: {
    readonly remote: RemoteDevice;
    readonly identityKey: Bytes;
    readonly session: Row;
    readonly contents: readonly Bytes[];
    readonly nowMs: number;
  }): Promise<Result<{ readonly session: Row; readonly sealed: readonly Bytes[] }, "no-session">>;
  /** Opens the seal: who sent it, proven, and which prekeys it wants. */
  openEnvelope(sealed: Bytes, nowMs: number): Promise<Result<OpenedEnvelope, "unreadable">>;
  /** `isTrusted`: what the core decided about the sender's identity key. Changes nothing when it fails. */
  decrypt(request: {
    readonly opened: OpenedEnvelope;
    readonly session: Row | undefined;
    readonly preKeys: readonly Row[];
    readonly isTrusted: boolean;
  }): Promise<
    Result<{ readonly session: Row; readonly content: Bytes; readonly used?: UsedPreKeys | undefined }, DecryptFailure>
  >;

  /** Makes a recovery key for the held identity and holds it; the row keeps it. `exportKey`: OPAQUE's, 64 bytes. */
  createRecovery(exportKey: Bytes): Promise<Row>;
  /** Takes the recovery key out of its row and holds it. Rejects when the row does not open. */
  useRecovery(row: Row): Promise<void>;
  /** The twelve words of the held recovery key. */
  recoveryWords(): Promise<string>;
  /** Seals `contents`, and the identity with them, as this version of the recovery vault. */
  sealRecovery(version: number, contents: Bytes): Promise<Bytes>;
  /**
   * The same recovery key under a new password: the row to keep, and the vault sealed so. Nothing is held anew until
   * `useRecovery`.
   */
  rekeyRecovery(request: {
    readonly exportKey: Bytes;
    readonly before: Row;
    readonly version: number;
    readonly contents: Bytes;
  }): Promise<{ readonly row: Row; readonly sealed: Bytes }>;
  /**
   * Opens a recovery vault and holds its identity, as the device `deviceId` with a fresh registration id, and its
   * recovery key. "malformed-words": a typo. "wrong-key": another key, another password's vault, or damage.
   */
  recover(request: {
    readonly accountId: AccountId;
    readonly version: number;
    readonly sealed: Bytes;
    readonly exportKey: Bytes;
    /** Absent: the recovery key that is held. */
    readonly words?: string | undefined;
    readonly deviceId: DeviceId;
    /** The rows take the place of these. */
    readonly before?: { readonly identity: Row; readonly recovery: Row } | undefined;
  }): Promise<
    Result<
      {
        readonly identity: OwnIdentity;
        readonly identityRow: Row;
        readonly recoveryRow: Row;
        readonly contents: Bytes;
      },
      "malformed-words" | "wrong-key"
    >
  >;
  /** The held vault key under a new password. */
  rewrap(wrapped: WrappedVault, password: string): Promise<WrappedVault>;

  safetyNumber(remote: AccountId, remoteIdentityKey: Bytes): Promise<SafetyNumber>;
  /** Whether a scanned code is the other half of ours with that contact. */
  compareSafetyNumber(remote: AccountId, remoteIdentityKey: Bytes, scanned: Bytes): Promise<boolean>;
};

/**
 * The browser's side of OPAQUE (RFC 9807). Messages are base64url text. `state` is secret and lives for one exchange;
 * `exportKey` (64 bytes) is secret, the same for each exchange with one record, and needs the relay to come by.
 */
export type Passwords = {
  startRegistration(password: string): Promise<{ readonly state: string; readonly request: string }>;
  finishRegistration(exchange: {
    readonly password: string;
    readonly state: string;
    readonly response: string;
  }): Promise<{ readonly record: string; readonly stretching: string; readonly exportKey: Bytes }>;
  startLogin(password: string): Promise<{ readonly state: string; readonly request: string }>;
  finishLogin(exchange: {
    readonly password: string;
    readonly state: string;
    readonly response: string;
    readonly stretching: string;
  }): Promise<Result<{ readonly request: string; readonly exportKey: Bytes }, "wrong-password">>;
};

/** Computes for a relay that wants a proof of work; blocks its thread meanwhile. */
export type Prover = {
  /** A good nonce among `tries` ones from `from` on; `undefined` where there is none. */
  tryNonces(work: {
    readonly challenge: Bytes;
    readonly identityKey: Bytes;
    readonly bits: number;
    readonly from: number;
    readonly tries: number;
  }): Promise<Bytes | undefined>;
};

/* ------------------------------------------------------------------ relay */

export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** "unreachable": no answer, or not an answer of a relay. Nothing is known about what happened. */
export type RelayFailure = RelayRefusal | "unreachable";

export type MailboxEvents = {
  ready(ready: Ready): void;
  /** The next page comes when this one is collected. */
  envelopes(page: readonly Envelope[]): void;
  drained(): void;
  prekeys(count: PreKeyCount): void;
  /** Said once. A refusal means that connecting again in the same way is no use. */
  closed(reason: RelayFailure): void;
};

export type Mailbox = {
  /** Resolves once the relay has deleted them; rejects when the connection ends before. */
  collected(ids: readonly EnvelopeId[]): Promise<void>;
  close(): void;
};

/** "unreachable": no answer, or not an answer of a relay. */
export type BlobFailure = BlobRefusal | "unreachable";
export type Upload = { readonly offset: number; readonly expiresAtMs: number };

/** Sealed files at the relay, without any token: tus 1.0. docs/PROTOCOL.md §8.1. */
export type Blobs = {
  /** How long the largest sealed file may be that this relay takes. */
  limit(): Promise<Result<number, BlobFailure>>;
  /** `bytes`: of the whole sealed file. */
  create(key: DeliveryKey, bytes: number): Promise<Result<Upload & { readonly id: BlobId }, BlobFailure>>;
  /** How far an upload is. */
  look(id: BlobId): Promise<Result<Upload, BlobFailure>>;
  /** Resolves when the relay has the part durably; "unreachable" leaves open how much of it. */
  append(id: BlobId, offset: number, part: Bytes): Promise<Result<Upload, BlobFailure>>;
  /** Exactly the bytes from `start` up to `end`, exclusive. */
  fetch(id: BlobId, start: number, end: number): Promise<Result<Bytes, BlobFailure>>;
  /** Never rejects: what stays expires. */
  remove(id: BlobId): Promise<void>;
};

export type Relay = {
  readonly origin: RelayOrigin;
  readonly blobs: Blobs;
  request<Name extends RouteName>(
    name: Name,
    body: RequestOf<Routes[Name]>,
    token?: DeviceToken | undefined,
  ): Promise<Result<AnswerOf<Routes[Name]>, RelayFailure>>;
  /** One connection of the device plane. It never reconnects by itself: each one needs a higher epoch. */
  connect(hello: { readonly token: DeviceToken; readonly epoch: number }, events: MailboxEvents): Mailbox;

  // The delivery plane: without any token, over a connection of its own that closes after 60 s of idleness.

  /** Answers in the order of the posts, each durable; "unreachable" leaves open which of them arrived. */
  post(posts: readonly Post[]): Promise<Result<readonly PostAnswer[], "unreachable">>;
  bundle(request: BundleRequest): Promise<Result<BundleAnswer, "unreachable">>;
  claim(claim: Claim): Promise<Result<ClaimAnswer, "unreachable">>;
  close(): void;
};

/* ------------------------------------------------------------------ peers */

export type IceServer = {
  readonly urls: readonly string[];
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
};

/** direct: every candidate. relayed: only through TURN, so that neither side learns an address of the other. */
export type Routing = "direct" | "relayed";

export type PeerOptions = {
  /** Fixed before the peer exists: glare is settled above it. */
  readonly role: "offerer" | "answerer";
  /** All servers there are: never a default of anybody's. */
  readonly iceServers: readonly IceServer[];
  readonly routing: Routing;
};

export type PeerPath = "direct" | "relayed" | "reconnecting";

export type PeerEvents = {
  /** For the other end, in this order. No candidate that the routing forbids is ever among them. */
  signal(signal: PeerSignal): void;
  /** Connected, or again connected, and by which path; or looking for a new one. */
  path(path: PeerPath): void;
  /** Said once, whoever ended it. The peer is of no use any more. */
  closed(reason: "closed" | "failed"): void;
};

/** One end of a peer connection. Signals that do not fit its state are dropped, never fatal. */
export type Peer = {
  signal(signal: PeerSignal): void;
  /** Looks for a new path, e.g. after a change of network; at most one per 2 s, later ones wait. */
  restart(): void;
  /** From "relayed" to "direct" once the person has accepted; restarts. Credentials may be renewed with it. */
  reroute(routing: Routing, iceServers: readonly IceServer[]): void;
  close(): void;
};

/** A peer with one ordered, reliable data channel. */
export type ChannelPeer = Peer & {
  /** At most `MAX_CHANNEL_MESSAGE_BYTES`. False, and nothing is sent, while the channel is not open or more than 1 MiB waits. */
  send(message: Bytes): boolean;
};
export type ChannelEvents = PeerEvents & {
  open(): void;
  message(message: Bytes): void;
  /** After a `send` that answered false: there is room again. */
  writable(): void;
};

export type Sender = "microphone" | "camera" | "screen" | "screen-sound";

/**
 * A peer with one sender for each kind of media, made empty. Nothing flows from a sender before `attach`, and what the
 * other end sends is played only after `play`. Tracks never pass through the core: a capture is a handle.
 */
export type CallPeer = Peer & {
  /** Sends a capture, or nothing. Needs no negotiation. */
  attach(sender: Sender, capture: Capture | undefined): Promise<void>;
  /** Hands what arrives to the screen. Called once the local person has accepted. */
  play(): void;
  /** SHA-256 fingerprints of both DTLS certificates as used by the transport, ours first; for the words on the call screen. Absent before connected. */
  fingerprints(): { readonly ours: Bytes; readonly theirs: Bytes } | undefined;
};

/** Something this device records. */
export type Capture = {
  readonly id: string;
  readonly sender: Sender;
  stop(): void;
};
export type CaptureRefusal = "denied" | "none" | "in-use" | "unsupported" | "cancelled";

export type Peers = {
  openChannel(options: PeerOptions, events: ChannelEvents): ChannelPeer;
  openCall(options: PeerOptions & { readonly call: string }, events: PeerEvents): CallPeer;
};

export type Media = {
  /** Asks the browser, which asks the person. `ended`: the device was unplugged, or sharing was stopped from outside. */
  capture(sender: "microphone" | "camera", ended: (capture: Capture) => void): Promise<Result<Capture, CaptureRefusal>>;
  /** A screen, and its sound where the browser offers it. */
  captureScreen(
    preset: "text" | "motion",
    ended: (capture: Capture) => void,
  ): Promise<Result<{ readonly screen: Capture; readonly sound: Capture | undefined }, CaptureRefusal>>;
};

/** What this browser has room for. Bytes are the browser's own estimates. */
export type Space = {
  /** `undefined` where the browser does not say. */
  estimate(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number } | undefined>;
  /** Whether the browser has promised not to clear this by itself. */
  isPersisted(): Promise<boolean>;
  /** Asks for that promise; may ask the person. */
  persist(): Promise<boolean>;
};

/* ------------------------------------------------------------------ files */

/**
 * The sealed files of this device, by random names of 32 hexadecimal digits. What a name has is a prefix of the sealed
 * file: docs/PROTOCOL.md §5.7.
 */
export type Shelf = {
  /** 0 where there is nothing of that name. */
  size(name: string): Promise<number>;
  /** Fewer bytes where the file ends before `end`. */
  read(name: string, start: number, end: number): Promise<Bytes>;
  /**
   * Cuts the file to `at` bytes and appends. The bytes are the shelf's from then on. What is there when it resolves outlives
   * this process, and the machine once it is settled. "full" leaves at most what was there.
   */
  append(name: string, at: number, bytes: Bytes): Promise<Result<undefined, "full">>;
  /** Writes over bytes that are there, and settles the file. */
  overwrite(name: string, at: number, bytes: Bytes): Promise<void>;
  /** Resolves when all that was written to the file is durable. */
  settle(name: string): Promise<void>;
  /** No harm where there is none. */
  remove(name: string): Promise<void>;
  /** What lies here, and when it was last written. */
  list(): Promise<readonly { readonly name: string; readonly writtenAtMs: number }[]>;
};

/** Everything that `createClient` needs. */
export type Ports = {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly keyholder: Keyholder;
  readonly passwords: Passwords;
  readonly prover: Prover;
  readonly relay: Relay;
  readonly shelf: Shelf;
  /** Answers at least `BulkCall`. */
  readonly bulk: AsyncPrimitives;
  readonly space: Space;
  /** What people would call this place: "Firefox · Linux". For the account's own list of sign-ins. */
  readonly deviceName: string;
  /** Absent where there is no WebRTC: everything goes through the relay, and nobody can call. */
  readonly peers?: Peers | undefined;
  readonly media?: Media | undefined;
};
