import * as z from "zod/mini";
import { type Bytes, fromBase64Url, toBase64Url } from "../bytes.ts";
import { decode, encode } from "../codec.ts";
import type { AccountId, DeliveryKey, RelayOrigin } from "../ids.ts";
import { MAX_NAME_CHARACTERS } from "../limits.ts";
import { ok, type Result, refused } from "../result.ts";
import { accountId, deliveryKey, publicKey, relayOrigin, text, timeMs } from "./fields.ts";

// docs/PROTOCOL.md §6.1.

/** What one person hands to another to be reached. It is in a link's fragment, so no server ever gets it. */
export type Card = {
  readonly relay: RelayOrigin;
  readonly account: AccountId;
  readonly name: string;
  readonly identityKey: Bytes;
  readonly key: DeliveryKey;
  readonly isOnce: boolean;
  readonly expiresAtMs?: number | undefined;
};
export const Card: z.ZodMiniType<Card> = z.object({
  relay: relayOrigin,
  account: accountId,
  name: text(MAX_NAME_CHARACTERS, 1),
  identityKey: publicKey,
  key: deliveryKey,
  isOnce: z.boolean(),
  expiresAtMs: z.optional(timeMs),
});

const PATH = "/#/add/";
const MAX_LINK_CHARACTERS = 2_000;
const FORMAT = 1;

/** `https://relay/#/add/<base64url>`. Fields in a fixed order, one format byte first: a QR code has to stay small. */
export function toLink(card: Card): string {
  const { relay, account, name, identityKey, key, isOnce, expiresAtMs } = card;
  return (
    relay + PATH + toBase64Url(encode([FORMAT, relay, account, name, identityKey, key, isOnce, expiresAtMs ?? null]))
  );
}

/** Takes a link as people paste it: blanks around it, any host in front. The identity key is not yet compared with the account id. */
export function fromLink(link: string): Result<Card, "malformed" | "newer"> {
  const trimmed = link.trim();
  const at = trimmed.indexOf("#/add/");
  if (trimmed.length > MAX_LINK_CHARACTERS || at < 0) return refused("malformed");
  const fields = decodeFields(trimmed.slice(at + "#/add/".length));
  if (fields === undefined) return refused("malformed");
  const [format, relay, account, name, identityKey, key, isOnce, expiresAtMs] = fields;
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
