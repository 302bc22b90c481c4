import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKey, DeviceToken, RelayOrigin } from "@tacit/shared/ids";
import { cardProof } from "@tacit/shared/wire/card";
import { type Device, Device as DeviceSchema, SignedDeviceList } from "@tacit/shared/wire/devices";
import {
  accountId,
  bytes,
  deliveryKey,
  deviceToken,
  publicKey,
  relayOrigin,
  timeMs,
  u32,
} from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import type { Kind } from "./records.ts";
import { type CardId, DEFAULT_SETTINGS, type Settings } from "./views.ts";

// What this device keeps of itself, as sealed rows of `meta`. A field that is added later is optional.

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
  schema: z.object({
    theme: z.enum(["system", "light", "dark"]),
    receipts: flag,
    typing: flag,
    lockAfterMinutes: z._default(z.number().check(z.int(), z.gte(1), z.lte(1440)), DEFAULT_SETTINGS.lockAfterMinutes),
    direct: z._default(flag, DEFAULT_SETTINGS.direct),
  }),
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
  /** Of a one-time card: in its QR code, not in its link. */
  readonly proof?: Bytes | undefined;
  readonly createdAtMs: number;
  readonly expiresAtMs?: number | undefined;
  readonly isUsed: boolean;
  /** It expired, and its key was taken back. */
  readonly isOver?: boolean | undefined;
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
        proof: z.optional(cardProof),
        createdAtMs: timeMs,
        expiresAtMs: z.optional(timeMs),
        isUsed: flag,
        isOver: z.optional(flag),
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
  /** The first version that this device saved since it came back. */
  readonly savedFromVersion?: number | undefined;
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
    savedFromVersion: z.optional(u32),
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

/** When the browser was last asked to keep what is here. */
export type StorageAsked = { readonly atMs: number };
export const STORAGE_ASKED: Kind<StorageAsked> = { table: "meta", schema: z.object({ atMs: timeMs }) };

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
  storageAsked: "storage-asked",
} as const;
