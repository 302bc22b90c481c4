/** The vault key under what a passkey derives (WebAuthn's PRF extension): a second lock beside the password's. */
import { gcmsiv } from "@noble/ciphers/aes.js";
import { type Bytes, concat, wipe } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { hkdf } from "./hkdf.ts";
import {
  MAX_CREDENTIAL_BYTES,
  PASSKEY_FORMAT,
  PASSKEY_NONCE_BYTES,
  PASSKEY_SALT_BYTES,
  type PasskeyLock,
  passkeyLockOf,
} from "./passkey-lock.ts";
import type { RandomSource } from "./primitives.ts";
import { toVaultKey, type VaultKey } from "./vault.ts";

const SECRET_BYTES = 32;

/**
 * `0x01 || length of the credential id (u16) || credential id || salt (32) || nonce (12) || vault key (32) || tag (16)`,
 * AES-256-GCM-SIV (RFC 8452) under HKDF of `secret`, with everything before the nonce as additional data. `secret`: the
 * 32 bytes of the PRF. Takes 12 bytes of `random`. Throws `RangeError` where a length is wrong.
 */
export function wrapByPasskey(secret: Uint8Array, vaultKey: VaultKey, lock: PasskeyLock, random: RandomSource): Bytes {
  const { credential, salt } = lock;
  if (secret.length !== SECRET_BYTES) throw new RangeError("a passkey derives 32 bytes");
  if (salt.length !== PASSKEY_SALT_BYTES) throw new RangeError("a passkey's salt has 32 bytes");
  if (credential.length < 1 || credential.length > MAX_CREDENTIAL_BYTES) {
    throw new RangeError("a credential id has 1 to 1,023 bytes");
  }
  const length = Uint8Array.of(credential.length >> 8, credential.length & 0xff);
  const header = concat(Uint8Array.of(PASSKEY_FORMAT), length, credential, salt);
  const nonce = random(PASSKEY_NONCE_BYTES);
  const key = keyOf(secret);
  const sealed = gcmsiv(key, nonce, header).encrypt(vaultKey);
  wipe(key);
  return concat(header, nonce, sealed);
}

/** "forged" where the passkey is another one, or anything was changed. */
export function unwrapByPasskey(secret: Uint8Array, wrapped: Uint8Array): Result<VaultKey, "forged"> {
  const lock = passkeyLockOf(wrapped);
  if (secret.length !== SECRET_BYTES || lock === undefined) return refused("forged");
  const nonceStart = 3 + lock.credential.length + PASSKEY_SALT_BYTES;
  const nonceEnd = nonceStart + PASSKEY_NONCE_BYTES;
  const key = keyOf(secret);
  const cipher = gcmsiv(key, wrapped.subarray(nonceStart, nonceEnd), wrapped.subarray(0, nonceStart));
  try {
    return ok(toVaultKey(cipher.decrypt(wrapped.subarray(nonceEnd))));
  } catch {
    return refused("forged");
  } finally {
    wipe(key);
  }
}

function keyOf(secret: Uint8Array): Bytes {
  return hkdf(undefined, secret, "Tacit vault passkey v1", 32);
}
