import * as z from "zod/mini";
import { type Bytes, fromBase64Url, toBase64Url } from "../bytes.ts";
import { decode, encode } from "../codec.ts";
import type { AccountId, DeliveryKey, RelayOrigin } from "../ids.ts";
import { MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS } from "../limits.ts";
import { ok, type Result, refused } from "../result.ts";
import { accountId, bytes, deliveryKey, publicKey, relayOrigin, text, timeMs } from "./fields.ts";

// docs/PROTOCOL.md §6.1.

/** Of a card's QR code: 16 random bytes. */
export const cardProof: z.ZodMiniType<Bytes> = bytes(16);

/** What one person hands to another to be reached. It is in a link's fragment, so no server ever gets it. */
export type Card = {
  readonly relay: RelayOrigin;
  readonly account: AccountId;
  readonly name: string;
  readonly identityKey: Bytes;
  readonly key: DeliveryKey;
  readonly isOnce: boolean;
  readonly expiresAtMs?: number | undefined;
  /** Only in the QR code of a one-time card: whoever gives it back has seen that code. Secret. */
  readonly proof?: Bytes | undefined;
};
export const Card: z.ZodMiniType<Card> = z.object({
  relay: relayOrigin,
  account: accountId,
  name: text(MAX_NAME_CHARACTERS, 1),
  identityKey: publicKey,
  key: deliveryKey,
  isOnce: z.boolean(),
  expiresAtMs: z.optional(timeMs),
  proof: z.optional(cardProof),
});

const PATH = "/#/add/";
const PAYLOAD = /#\/add\/(\S*)/;
/** What ends a sentence, or closes a bracket, right behind a link. */
const CLOSING = /[.,;:!?)\]>"'»”]+$/;
const MAX_LINK_CHARACTERS = 2_000;
const FORMAT = 1;

/** `https://relay/#/add/<base64url>`. Fields in a fixed order, one format byte first: a QR code has to stay small. */
export function toLink(card: Card): string {
  const { relay, account, name, identityKey, key, isOnce, expiresAtMs, proof } = card;
  const fields = [FORMAT, relay, account, name, identityKey, key, isOnce, expiresAtMs ?? null];
  return relay + PATH + toBase64Url(encode(proof === undefined ? fields : [...fields, proof]));
}

/**
 * Takes a link as people paste it: any host in front, and the words of a message around it. Whether the identity key is
 * the account's, the caller checks.
 */
export function fromLink(text: string): Result<Card, "malformed" | "newer"> {
  const found = text.length > MAX_TEXT_CHARACTERS ? undefined : PAYLOAD.exec(text)?.[1];
  if (found === undefined || found.length > MAX_LINK_CHARACTERS) return refused("malformed");
  const fields = decodeFields(found.replace(CLOSING, ""));
  if (fields === undefined) return refused("malformed");
  const [format, relay, account, name, identityKey, key, isOnce, expiresAtMs, proof] = fields;
  if (typeof format === "number" && format > FORMAT) return refused("newer");
  if (format !== FORMAT) return refused("malformed");
  const card = Card.safeParse({
    relay,
    account,
    name,
    identityKey,
    key,
    isOnce,
    expiresAtMs: expiresAtMs ?? undefined,
    proof,
  });
  return card.success ? ok(card.data) : refused("malformed");
}

function decodeFields(encoded: string): readonly unknown[] | undefined {
  try {
    const decoded = decode(fromBase64Url(encoded), MAX_LINK_CHARACTERS);
    return decoded.ok && Array.isArray(decoded.value) ? decoded.value : undefined;
  } catch {
    return undefined;
  }
}
