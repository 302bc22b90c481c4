/** SPQR's ratcheting authenticator: each epoch's secret goes into the key that MACs the next key and ciphertext. */
import { type Bytes, concat } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { hkdf, hmacSha256 } from "../hkdf.ts";

export const MAC_BYTES = 32;
const PROTOCOL = "Signal_PQCKA_V1_MLKEM768";

export type Authenticator = { readonly root: Bytes; readonly macKey: Bytes };

export function startAuthenticator(pqrKey: Bytes): Authenticator {
  return updateAuthenticator({ root: new Uint8Array(32), macKey: new Uint8Array(32) }, 1, pqrKey);
}

export function updateAuthenticator({ root }: Authenticator, epoch: number, secret: Bytes): Authenticator {
  const keys = hkdf(undefined, concat(root, secret), labelled("Authenticator Update", epoch), 64);
  return { root: keys.slice(0, 32), macKey: keys.slice(32) };
}

/** The secret (32) that an epoch's ML-KEM shared secret becomes. */
export function epochSecretOf(sharedSecret: Bytes, epoch: number): Bytes {
  return hkdf(undefined, sharedSecret, labelled("SCKA Key", epoch), 32);
}

/** 32 bytes over an encapsulation key's header (64), under the authenticator before the epoch's secret. */
export function macOfHeader({ macKey }: Authenticator, epoch: number, header: Bytes): Bytes {
  return hmacSha256(macKey, labelled("ekheader", epoch), header);
}

/** 32 bytes over both parts of a ciphertext, under the authenticator after the epoch's secret. */
export function macOfCiphertext({ macKey }: Authenticator, epoch: number, ct1: Bytes, ct2: Bytes): Bytes {
  return hmacSha256(macKey, labelled("ciphertext", epoch), ct1, ct2);
}

function labelled(purpose: string, epoch: number): Bytes {
  const suffix = new Uint8Array(8);
  new DataView(suffix.buffer).setBigUint64(0, BigInt(epoch));
  return concat(toUtf8(`${PROTOCOL}:${purpose}`), suffix);
}
