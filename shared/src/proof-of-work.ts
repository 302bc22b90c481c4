import { type Bytes, concat } from "./bytes.ts";
import { labelled } from "./labels.ts";

// What a relay that is open to anybody may want of whoever registers: an hour of a machine for a thousand accounts, some
// seconds for one. docs/PROTOCOL.md §2.4.

export const WORK_NONCE_BYTES = 8;
/** More than this no client does: it would take hours. */
export const MAX_WORK_BITS = 24;

/** Its SHA-256 has to begin with so many zeros. The identity key makes each solution good for one account. */
export function workInput(challenge: Bytes, identityKey: Bytes, nonce: Bytes): Bytes {
  return concat(labelled("proof of work"), challenge, identityKey, nonce);
}

/** Whether a digest begins with `bits` zeros. */
export function hasLeadingZeros(digest: Uint8Array, bits: number): boolean {
  const whole = Math.floor(bits / 8);
  const rest = bits % 8;
  for (let i = 0; i < whole; i++) if (digest[i] !== 0) return false;
  return rest === 0 || (digest[whole] ?? 255) >> (8 - rest) === 0;
}
