import { type Bytes, copyBytes } from "@tacit/shared/bytes";

/** Which passkey opens a vault, and what it has to be asked for. Not secret. */
export type PasskeyLock = {
  /** Credential id, 1 to 1,023 bytes. */
  readonly credential: Bytes;
  /** 32 random bytes: the input of the PRF. */
  readonly salt: Bytes;
};

export const PASSKEY_FORMAT = 1;
export const PASSKEY_SALT_BYTES = 32;
export const PASSKEY_NONCE_BYTES = 12;
export const MAX_CREDENTIAL_BYTES = 1023;
const LENGTH_BYTES = 2;
const SEALED_BYTES = 32 + 16;

/** What lies in clear at the beginning of what `wrapByPasskey` (vault-passkey.ts) makes. `undefined` where it is damaged. */
export function passkeyLockOf(wrapped: Uint8Array): PasskeyLock | undefined {
  const [format, high = 0, low = 0] = wrapped;
  const length = (high << 8) | low;
  const saltStart = 1 + LENGTH_BYTES + length;
  const saltEnd = saltStart + PASSKEY_SALT_BYTES;
  const isWhole = wrapped.length === saltEnd + PASSKEY_NONCE_BYTES + SEALED_BYTES;
  if (format !== PASSKEY_FORMAT || length < 1 || length > MAX_CREDENTIAL_BYTES || !isWhole) return undefined;
  return {
    credential: copyBytes(wrapped.subarray(1 + LENGTH_BYTES, saltStart)),
    salt: copyBytes(wrapped.subarray(saltStart, saltEnd)),
  };
}
