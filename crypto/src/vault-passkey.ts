/** The vault key under what a passkey derives (WebAuthn's PRF extension): a second lock beside the password's. */
import { gcmsiv } from "@noble/ciphers/aes.js";
import { type Bytes, concat, copyBytes, wipe } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { hkdf } from "./hkdf.ts";
import type { RandomSource } from "./primitives.ts";
import { toVaultKey, type VaultKey } from "./vault.ts";

/** Which passkey opens it, and what it has to be asked for. Not secret. */
export type PasskeyLock = {
  /** Credential id, 1 to 1,023 bytes. */
  readonly credential: Bytes;
  /** 32 random bytes: the input of the PRF. */
  readonly salt: Bytes;
};

const FORMAT = 1;
const SALT_BYTES = 32;
const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const SEALED_BYTES = 32 + 16;
const MAX_CREDENTIAL_BYTES = 1023;
const LENGTH_BYTES = 2;

/**
 * `0x01 || length of the credential id (u16) || credential id || salt (32) || nonce (12) || vault key (32) || tag (16)`,
 * AES-256-GCM-SIV (RFC 8452) under HKDF of `secret`, with everything before the nonce as additional data. `secret`: the
 * 32 bytes of the PRF. Takes 12 bytes of `random`. Throws `RangeError` where a length is wrong.
 */
export function wrapByPasskey(secret: Uint8Array, vaultKey: VaultKey, lock: PasskeyLock, random: RandomSource): Bytes {
  const { credential, salt } = lock;
  if (secret.length !== SECRET_BYTES) throw new RangeError("a passkey derives 32 bytes");
  if (salt.length !== SALT_BYTES) throw new RangeError("a passkey's salt has 32 bytes");
  if (credential.length < 1 || credential.length > MAX_CREDENTIAL_BYTES) {
    throw new RangeError("a credential id has 1 to 1,023 bytes");
  }
  const length = Uint8Array.of(credential.length >> 8, credential.length & 0xff);
  const header = concat(Uint8Array.of(FORMAT), length, credential, salt);
  const nonce = random(NONCE_BYTES);
  const key = keyOf(secret);
  const sealed = gcmsiv(key, nonce, header).encrypt(vaultKey);
  wipe(key);
  return concat(header, nonce, sealed);
}

/** `undefined` where it is damaged. */
export function passkeyLockOf(wrapped: Uint8Array): PasskeyLock | undefined {
  const [format, high = 0, low = 0] = wrapped;
  const length = (high << 8) | low;
  const saltStart = 1 + LENGTH_BYTES + length;
  const isWhole = wrapped.length === saltStart + SALT_BYTES + NONCE_BYTES + SEALED_BYTES;
  if (format !== FORMAT || length < 1 || length > MAX_CREDENTIAL_BYTES || !isWhole) return undefined;
  return {
    credential: copyBytes(wrapped.subarray(1 + LENGTH_BYTES, saltStart)),
    salt: copyBytes(wrapped.subarray(saltStart, saltStart + SALT_BYTES)),
  };
}

/** "forged" where the passkey is another one, or anything was changed. */
export function unwrapByPasskey(secret: Uint8Array, wrapped: Uint8Array): Result<VaultKey, "forged"> {
  if (secret.length !== SECRET_BYTES || passkeyLockOf(wrapped) === undefined) return refused("forged");
  const nonceStart = wrapped.length - NONCE_BYTES - SEALED_BYTES;
  const nonceEnd = nonceStart + NONCE_BYTES;
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
