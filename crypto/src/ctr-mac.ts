/** The box of sealed sender, version 1: AES-256-CTR, then a short HMAC over the ciphertext. Every key is used once. */
import { ctr } from "@noble/ciphers/aes.js";
import { type Bytes, concat, copyBytes, equalBytes } from "@tacit/shared/bytes";
import { hmacSha256 } from "./hkdf.ts";

export type CtrMacKeys = { readonly cipherKey: Bytes; readonly macKey: Bytes };

/** What a box is longer than its content. */
export const CTR_MAC_BYTES = 10;
const FIRST_COUNTER = new Uint8Array(16);

/** `ciphertext || HMAC-SHA-256(ciphertext), cut to 10 bytes`. */
export function encryptCtrMac({ cipherKey, macKey }: CtrMacKeys, content: Uint8Array): Bytes {
  const ciphertext = ctr(cipherKey, FIRST_COUNTER).encrypt(content);
  return concat(ciphertext, shortMac(macKey, ciphertext));
}

/** `undefined` where the MAC is not right; nothing is decrypted then. */
export function decryptCtrMac({ cipherKey, macKey }: CtrMacKeys, box: Uint8Array): Bytes | undefined {
  if (box.length < CTR_MAC_BYTES) return undefined;
  const ciphertext = box.subarray(0, -CTR_MAC_BYTES);
  if (!equalBytes(shortMac(macKey, ciphertext), box.subarray(-CTR_MAC_BYTES))) return undefined;
  return copyBytes(ctr(cipherKey, FIRST_COUNTER).decrypt(ciphertext));
}

function shortMac(macKey: Bytes, ciphertext: Uint8Array): Bytes {
  return hmacSha256(macKey, ciphertext).slice(0, CTR_MAC_BYTES);
}
