import * as z from "zod/mini";
import type { Bytes } from "./bytes.ts";
import type { DeliveryKeyHash, DeviceToken, EnvelopeId } from "./ids.ts";
import { MAILBOX_PAGE, MAX_COLLECTED_PER_CALL } from "./limits.ts";
import { type Claim, type ClaimAnswer, claimedCards } from "./wire/delivery-keys.ts";
import { Envelope, type Post, type PostAnswer } from "./wire/envelopes.ts";
import { bytes, deviceToken, envelopeId, timeMs, u32 } from "./wire/fields.ts";
import { exactMap } from "./wire/maps.ts";
import { type BundleRequest, PreKeyCount } from "./wire/prekeys.ts";

// Everything that crosses the two sockets. docs/PROTOCOL.md §7.

/** socket.io namespaces. Separate connections: the delivery plane never learns a device token. */
export const DEVICE_PLANE = "/device";
export const DELIVERY_PLANE = "/delivery";

/** What a device proves itself with when it connects. `epoch` grows durably before every connection. */
export type DeviceHello = { readonly protocol: number; readonly token: DeviceToken; readonly epoch: number };
export const DeviceHello: z.ZodMiniType<DeviceHello> = exactMap({
  protocol: u32,
  token: deviceToken,
  epoch: u32,
});

export type DeliveryHello = { readonly protocol: number };
export const DeliveryHello: z.ZodMiniType<DeliveryHello> = exactMap({ protocol: u32 });

/**
 * First thing on the device plane. Another `storeEpoch` than last time: the relay was restored, publish everything again.
 * `claimed`: hashes of our one-time cards that somebody has used; absent where there are none.
 */
export type Ready = {
  readonly storeEpoch: Bytes;
  readonly timeMs: number;
  readonly prekeys: PreKeyCount;
  readonly claimed?: readonly DeliveryKeyHash[] | undefined;
};
export const Ready: z.ZodMiniType<Ready> = z.object({
  storeEpoch: bytes(16),
  timeMs,
  prekeys: PreKeyCount,
  claimed: claimedCards,
});

export const EnvelopePage: z.ZodMiniType<readonly Envelope[]> = z
  .array(Envelope)
  .check(z.minLength(1), z.maxLength(MAILBOX_PAGE));
export const CollectedIds: z.ZodMiniType<readonly EnvelopeId[]> = z
  .array(envelopeId)
  .check(z.minLength(1), z.maxLength(MAX_COLLECTED_PER_CALL));

export type DeviceServerEvents = {
  ready: (ready: Ready) => void;
  /** Oldest first. The next page comes when this one is collected. */
  envelopes: (page: readonly Envelope[]) => void;
  /** The durable queue was empty when this was said; live envelopes may follow. */
  drained: () => void;
  /** The one-time prekeys run low. */
  prekeys: (count: PreKeyCount) => void;
};
export type DeviceClientEvents = {
  /** The relay deletes what it names. Answered once that is done. */
  collected: (ids: readonly EnvelopeId[], done: () => void) => void;
};

export type DeliveryClientEvents = {
  /** Answers in the order of the posts, each when it is durable. */
  post: (posts: readonly Post[], answer: (answers: readonly PostAnswer[]) => void) => void;
  bundle: (request: BundleRequest, answer: (answer: BundleAnswer) => void) => void;
  claim: (claim: Claim, answer: (answer: ClaimAnswer) => void) => void;
};
/** `bundle`: the encoding of a `Bundle`, so that its length is what the relay padded. */
export type BundleAnswer =
  | { readonly status: "ok"; readonly bundle: Bytes }
  | { readonly status: "unknown-key" | "claimed" | "budget" | "malformed" | "retry" };
export const BundleAnswer: z.ZodMiniType<BundleAnswer> = z.union([
  z.object({ status: z.literal("ok"), bundle: bytes(1, 64 * 1024) }),
  z.object({ status: z.enum(["unknown-key", "claimed", "budget", "malformed", "retry"]) }),
]);
