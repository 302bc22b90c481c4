import type { PasskeyLock } from "@tacit/crypto/passkey-lock";
import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId, DeviceId } from "@tacit/shared/ids";
import type { Label } from "@tacit/shared/labels";
import type { Result } from "@tacit/shared/result";
import type { DeviceBundle, PreKeyUpload } from "@tacit/shared/wire/prekeys";
import type { Row, Table } from "./store.ts";

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
