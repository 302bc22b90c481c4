import { sha256 } from "@tacit/crypto/digest";
import { type Bytes, concat, fromHex } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";

const LABEL = "Tacit call code v1";
const SIGNS = 4;

/** Both ends of a call, as one of them sees it. */
export type CodeParts = {
  /** The attempt, in hexadecimal. */
  readonly call: string;
  readonly caller: CodeEnd;
  readonly callee: CodeEnd;
};
export type CodeEnd = {
  readonly identityKey: Bytes;
  /** SHA-256 of its DTLS certificate. */
  readonly fingerprint: Bytes;
  readonly nonce: Bytes;
};

/**
 * Four numbers from 0 to 63: the first 24 bits of
 * `SHA-256(label || attempt || caller || callee)`, each end as `identity key || fingerprint || nonce`. The caller has
 * committed to its nonce before it knew the callee's, so whoever is between them has one guess. docs/PROTOCOL.md §5.8.
 */
export function codeOf({ call, caller, callee }: CodeParts): readonly number[] {
  const parts = [caller, callee].flatMap((end) => [end.identityKey, end.fingerprint, end.nonce]);
  const digest = sha256(concat(toUtf8(LABEL), fromHex(call), ...parts));
  const [a = 0, b = 0, c = 0] = digest;
  const bits = (a << 16) | (b << 8) | c;
  return Array.from({ length: SIGNS }, (_, n) => (bits >> (18 - 6 * n)) & 63);
}
