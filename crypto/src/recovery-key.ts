/**
 * What brings an account back: a key on paper, together with the password. Neither opens anything alone: the vault's key
 * comes from OPAQUE's export key, which needs the password and the relay, and from the recovery key.
 */
import { gcmsiv } from "@noble/ciphers/aes.js";
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { Brand } from "@tacit/shared/brand";
import { type Bytes, concat, copyBytes, wipe } from "@tacit/shared/bytes";
import { RECOVERY_PAD_BYTES } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import { hkdf } from "./hkdf.ts";
import type { RandomSource } from "./primitives.ts";

/** 128 bits that a person keeps on paper. Secret. */
export type RecoveryKey = Brand<Bytes, "RecoveryKey">;
/** 256 bits that seal the recovery vault. Secret. */
export type RecoveryVaultKey = Brand<Bytes, "RecoveryVaultKey">;
/** Which vault this is: a vault of another account or of another version does not open in its place. */
export type RecoveryPlace = { readonly accountId: string; readonly version: number };

export const RECOVERY_KEY_BYTES = 16;
const EXPORT_KEY_BYTES = 64;
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
const OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** Throws `RangeError` on another length than 16. */
export function toRecoveryKey(bytes: Uint8Array): RecoveryKey {
  if (bytes.length !== RECOVERY_KEY_BYTES) throw new RangeError("a recovery key has 16 bytes");
  return copyBytes(bytes) as RecoveryKey;
}

/** Takes 16 bytes of `random`. */
export function generateRecoveryKey(random: RandomSource): RecoveryKey {
  return toRecoveryKey(random(RECOVERY_KEY_BYTES));
}

/** Twelve words of the English list of BIP-39; the last one holds four bits of checksum. */
export function toRecoveryWords(key: RecoveryKey): string {
  return entropyToMnemonic(key, wordlist);
}

/** However a person writes them: any case, blanks, commas, numbers before them. "malformed": a typo, or not twelve words. */
export function fromRecoveryWords(text: string): Result<RecoveryKey, "malformed"> {
  const words =
    text
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  try {
    return ok(toRecoveryKey(mnemonicToEntropy(words.join(" "), wordlist)));
  } catch {
    return refused("malformed");
  }
}

/** HKDF of OPAQUE's export key (64 bytes) || recovery key. Throws `RangeError` on another length. */
export function recoveryVaultKeyOf(exportKey: Uint8Array, recoveryKey: RecoveryKey): RecoveryVaultKey {
  if (exportKey.length !== EXPORT_KEY_BYTES) throw new RangeError("an export key has 64 bytes");
  const secret = concat(exportKey, recoveryKey);
  const key = hkdf(undefined, secret, "Tacit recovery vault v1", 32);
  wipe(secret);
  return key as RecoveryVaultKey;
}

/**
 * `0x01 || nonce (12) || ciphertext || tag (16)`, AES-256-GCM-SIV (RFC 8452). Inside: the length (4 bytes, big endian),
 * the contents, zeros; so that the whole is a multiple of 4 KiB. Takes 12 bytes of `random`.
 */
export function sealRecoveryVault(
  key: RecoveryVaultKey,
  place: RecoveryPlace,
  contents: Uint8Array,
  random: RandomSource,
): Bytes {
  const needed = OVERHEAD_BYTES + LENGTH_BYTES + contents.length;
  const plain = new Uint8Array(Math.ceil(needed / RECOVERY_PAD_BYTES) * RECOVERY_PAD_BYTES - OVERHEAD_BYTES);
  new DataView(plain.buffer).setUint32(0, contents.length);
  plain.set(contents, LENGTH_BYTES);
  const nonce = random(NONCE_BYTES);
  const sealed = gcmsiv(key, nonce, additionalData(place)).encrypt(plain);
  wipe(plain);
  return concat(Uint8Array.of(FORMAT), nonce, sealed);
}

/** "forged": another key, another account or version, or damage; never tells which. */
export function openRecoveryVault(
  key: RecoveryVaultKey,
  place: RecoveryPlace,
  sealed: Uint8Array,
): Result<Bytes, "forged"> {
  if (sealed[0] !== FORMAT || sealed.length < OVERHEAD_BYTES + LENGTH_BYTES) return refused("forged");
  const cipher = gcmsiv(key, sealed.subarray(1, 1 + NONCE_BYTES), additionalData(place));
  try {
    const plain = copyBytes(cipher.decrypt(sealed.subarray(1 + NONCE_BYTES)));
    const length = new DataView(plain.buffer).getUint32(0);
    return length <= plain.length - LENGTH_BYTES
      ? ok(plain.slice(LENGTH_BYTES, LENGTH_BYTES + length))
      : refused("forged");
  } catch {
    return refused("forged");
  }
}

function additionalData({ accountId, version }: RecoveryPlace): Bytes {
  return toUtf8(`Tacit recovery vault v${FORMAT}\0${accountId}\0${version}`);
}
