/** How one message is encrypted: keys from the seeds of both ratchets, AES-256-CBC, and a MAC of 8 bytes. */
import { cbc } from "@noble/ciphers/aes.js";
import { type Bytes, copyBytes, equalBytes } from "@tacit/shared/bytes";
import { hkdf, hmacSha256 } from "./hkdf.ts";
import type { PublicKey } from "./keys.ts";

/** Used for one message and dropped. Secret. */
export type MessageKeys = { readonly cipherKey: Bytes; readonly macKey: Bytes; readonly iv: Bytes };
/** Whose message it is: the MAC covers both identity keys in this order. */
export type Direction = { readonly sender: PublicKey; readonly receiver: PublicKey };

export const MAC_BYTES = 8;

/** `seed` is the Double Ratchet's (32), `pqKey` SPQR's (32): the Triple Ratchet of doubleratchet §7. */
export function deriveMessageKeys(seed: Bytes, pqKey: Bytes | undefined): MessageKeys {
  const keys = hkdf(pqKey, seed, "WhisperMessageKeys", 80);
  return { cipherKey: keys.slice(0, 32), macKey: keys.slice(32, 64), iv: keys.slice(64) };
}

/** AES-256-CBC with PKCS#7 padding. */
export function encryptBody({ cipherKey, iv }: MessageKeys, plaintext: Uint8Array): Bytes {
  return copyBytes(cbc(cipherKey, iv).encrypt(plaintext));
}

/** `undefined` where length or padding are wrong. Ask `isAuthentic` first. */
export function decryptBody({ cipherKey, iv }: MessageKeys, ciphertext: Uint8Array): Bytes | undefined {
  try {
    return copyBytes(cbc(cipherKey, iv).decrypt(ciphertext));
  } catch {
    return undefined;
  }
}

/** The first 8 bytes of HMAC-SHA-256 over both identity keys and `body`, the message without its MAC. */
export function macOf({ macKey }: MessageKeys, { sender, receiver }: Direction, body: Uint8Array): Bytes {
  return hmacSha256(macKey, sender, receiver, body).slice(0, MAC_BYTES);
}

export function isAuthentic(keys: MessageKeys, direction: Direction, body: Uint8Array, mac: Uint8Array): boolean {
  return equalBytes(macOf(keys, direction, body), mac);
}
