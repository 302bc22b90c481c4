/** What a device calls the place where its account is signed in: for the account's own devices, not for the relay. */
import { gcmsiv } from "@noble/ciphers/aes.js";
import { type Bytes, concat, copyBytes, wipe } from "@tacit/shared/bytes";
import { fromUtf8, toUtf8 } from "@tacit/shared/text";
import { hkdf } from "./hkdf.ts";
import type { PrivateKey } from "./keys.ts";
import type { RandomSource } from "./primitives.ts";

const FORMAT = 1;
const NONCE_BYTES = 12;
const PLAIN_BYTES = 64;
const HEADER_BYTES = 1 + NONCE_BYTES;

/**
 * `0x01 || nonce (12) || ciphertext (64) || tag (16)`, AES-256-GCM-SIV (RFC 8452) over the length, the name and zeros. A
 * longer name is cut. Takes 12 bytes of `random`. docs/PROTOCOL.md §2.6.
 */
export function sealSignInName(identity: PrivateKey, name: string, random: RandomSource): Bytes {
  const plain = new Uint8Array(PLAIN_BYTES);
  const cut = cutUtf8(name, PLAIN_BYTES - 1);
  plain[0] = cut.length;
  plain.set(cut, 1);
  const nonce = random(NONCE_BYTES);
  const key = keyOf(identity);
  const sealed = gcmsiv(key, nonce, Uint8Array.of(FORMAT)).encrypt(plain);
  wipe(key);
  return concat(Uint8Array.of(FORMAT), nonce, sealed);
}

/** `undefined` where it is damaged, or of another account. */
export function openSignInName(identity: PrivateKey, sealed: Uint8Array): string | undefined {
  if (sealed[0] !== FORMAT || sealed.length !== HEADER_BYTES + PLAIN_BYTES + 16) return undefined;
  const key = keyOf(identity);
  try {
    const cipher = gcmsiv(key, sealed.subarray(1, HEADER_BYTES), Uint8Array.of(FORMAT));
    const plain = copyBytes(cipher.decrypt(sealed.subarray(HEADER_BYTES)));
    const [length = 0] = plain;
    return length < PLAIN_BYTES ? fromUtf8(plain.slice(1, 1 + length)) : undefined;
  } catch {
    return undefined;
  } finally {
    wipe(key);
  }
}

function keyOf(identity: PrivateKey): Bytes {
  return hkdf(undefined, identity, "Tacit sign-in name v1", 32);
}

/** The UTF-8 of as many whole characters as fit. */
function cutUtf8(text: string, maxBytes: number): Bytes {
  let kept = "";
  for (const character of text) {
    if (toUtf8(kept + character).length > maxBytes) break;
    kept += character;
  }
  return toUtf8(kept);
}
