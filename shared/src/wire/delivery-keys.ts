import * as z from "zod/mini";
import type { DeliveryKey, DeliveryKeyHash } from "../ids.ts";
import { DELIVERY_KEY_POOL_STEP, MAX_CARD_KEYS, MAX_CONTACT_KEYS } from "../limits.ts";
import { deliveryKey, deliveryKeyHash, u32 } from "./fields.ts";
import { exactMap } from "./maps.ts";

// docs/PROTOCOL.md §6.

const padded = (max: number) =>
  z.array(deliveryKeyHash).check(
    z.maxLength(max),
    z.refine((hashes) => hashes.length % DELIVERY_KEY_POOL_STEP === 0, `not a multiple of ${DELIVERY_KEY_POOL_STEP}`),
  );

/**
 * The whole set of keys that may post to an account; it replaces the one before. Each class is padded with hashes of
 * keys that nobody holds. A one-time card's hash, once claimed, stands for the claimant's in every later set.
 */
export type DeliveryKeySet = {
  /** Grows with every set; a lower or equal one is refused. */
  readonly version: number;
  readonly contact: readonly DeliveryKeyHash[];
  readonly card: readonly DeliveryKeyHash[];
  readonly onceCard: readonly DeliveryKeyHash[];
};
export const DeliveryKeySet: z.ZodMiniType<DeliveryKeySet> = exactMap({
  version: u32,
  contact: padded(MAX_CONTACT_KEYS),
  card: padded(MAX_CARD_KEYS),
  onceCard: padded(MAX_CARD_KEYS),
});

/**
 * What became of a set: it is in force, but for the hashes in `refused`, which are another account's. `claimed` are the
 * hashes of one-time cards in it that somebody has used. Both are absent where there are none.
 */
export type KeySetAnswer = {
  readonly refused?: readonly DeliveryKeyHash[] | undefined;
  readonly claimed?: readonly DeliveryKeyHash[] | undefined;
};
const hashList = (max: number) => z.optional(z.array(deliveryKeyHash).check(z.maxLength(max)));
export const claimedCards = hashList(MAX_CARD_KEYS);
export const KeySetAnswer: z.ZodMiniType<KeySetAnswer> = z.object({
  refused: hashList(MAX_CONTACT_KEYS + 2 * MAX_CARD_KEYS),
  claimed: claimedCards,
});

/** First use of a one-time card. The same claim again is `ok` for 30 days; another one is `claimed`. */
export type Claim = { readonly card: DeliveryKey; readonly claimant: DeliveryKeyHash };
export const Claim: z.ZodMiniType<Claim> = exactMap({ card: deliveryKey, claimant: deliveryKeyHash });

/** `reusable`: the card needs no claim, post with its own key. */
export type ClaimAnswer = { readonly status: "ok" | "reusable" | "claimed" | "unknown-key" | "malformed" | "retry" };
export const ClaimAnswer: z.ZodMiniType<ClaimAnswer> = z.object({
  status: z.enum(["ok", "reusable", "claimed", "unknown-key", "malformed", "retry"]),
});
