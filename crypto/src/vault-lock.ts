/** The vault key under a password: Argon2id elsewhere makes the key-encryption key, its parameters are kept here. */
import { gcmsiv } from "@noble/ciphers/aes.js";
import type { Brand } from "@tacit/shared/brand";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { RandomSource } from "./primitives.ts";
import { toVaultKey, type VaultKey } from "./vault.ts";

/** 32 bytes that a password became. Secret, and used for the lock only. */
export type KeyEncryptionKey = Brand<Bytes, "KeyEncryptionKey">;

/** Argon2id, RFC 9106: how the password becomes the key-encryption key. */
export type Stretching = {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
  /** 16 random bytes. */
  readonly salt: Bytes;
};

const FORMAT = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const HEADER_BYTES = 10 + SALT_BYTES;
const WRAPPED_BYTES = HEADER_BYTES + NONCE_BYTES + 32 + 16;
/** More than this is not a slow password but a disk that somebody wrote to. */
const MAX_MEMORY_KIB = 2 ** 20;
const MAX_PASSES = 64;
const MAX_LANES = 16;

/** Throws `RangeError` on another length than 32. */
export function toKeyEncryptionKey(bytes: Uint8Array): KeyEncryptionKey {
  if (bytes.length !== 32) throw new RangeError("a key-encryption key has 32 bytes");
  return copyBytes(bytes) as KeyEncryptionKey;
}

/**
 * `0x01 || memory in KiB (u32) || passes (u32) || lanes (u8) || salt (16) || nonce (12) || vault key (32) || tag (16)`,
 * numbers big endian; AES-256-GCM-SIV (RFC 8452) with everything before the nonce as additional data. Takes 12 bytes
 * of `random`. Throws `RangeError` where a parameter is out of range.
 */
export function wrapVaultKey(
  key: KeyEncryptionKey,
  vaultKey: VaultKey,
  stretching: Stretching,
  random: RandomSource,
): Bytes {
  if (!isReasonable(stretching)) throw new RangeError("the stretching is out of range");
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint8(0, FORMAT);
  view.setUint32(1, stretching.memoryKiB);
  view.setUint32(5, stretching.passes);
  view.setUint8(9, stretching.lanes);
  header.set(stretching.salt, 10);
  const nonce = random(NONCE_BYTES);
  return concat(header, nonce, gcmsiv(key, nonce, header).encrypt(vaultKey));
}

/** How to stretch the password that unwraps this. `undefined` where it is damaged or would exhaust the device. */
export function stretchingOf(wrapped: Uint8Array): Stretching | undefined {
  if (wrapped.length !== WRAPPED_BYTES || wrapped[0] !== FORMAT) return undefined;
  const header = wrapped.slice(0, HEADER_BYTES);
  const view = new DataView(header.buffer);
  const stretching = {
    memoryKiB: view.getUint32(1),
    passes: view.getUint32(5),
    lanes: view.getUint8(9),
    salt: header.slice(10),
  };
  return isReasonable(stretching) ? stretching : undefined;
}

/** "forged" where the key is wrong, which is to say the password, or anything was changed. */
export function unwrapVaultKey(key: KeyEncryptionKey, wrapped: Uint8Array): Result<VaultKey, "forged"> {
  if (stretchingOf(wrapped) === undefined) return refused("forged");
  const nonceEnd = HEADER_BYTES + NONCE_BYTES;
  const cipher = gcmsiv(key, wrapped.subarray(HEADER_BYTES, nonceEnd), wrapped.subarray(0, HEADER_BYTES));
  try {
    return ok(toVaultKey(cipher.decrypt(wrapped.subarray(nonceEnd))));
  } catch {
    return refused("forged");
  }
}

function isReasonable({ memoryKiB, passes, lanes, salt }: Stretching): boolean {
  return (
    isWithin(lanes, MAX_LANES) &&
    isWithin(passes, MAX_PASSES) &&
    isWithin(memoryKiB, MAX_MEMORY_KIB) &&
    memoryKiB >= 8 * lanes &&
    salt.length === SALT_BYTES
  );
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
