import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import type { DeliveryKey, DeviceId, EnvelopeId } from "../ids.ts";
import { ENVELOPE_BUCKETS_BYTES, MAX_DEVICES, MAX_SEALED_BYTES } from "../limits.ts";
import { bytes, deliveryKey, deviceId, envelopeId, registrationId } from "./fields.ts";
import { exactMap } from "./maps.ts";

// docs/PROTOCOL.md §5.

/** durable: until collected, 30 days. live: 60 s. ring: live, and wakes the device. */
export type Lane = "durable" | "live" | "ring";
export const Lane: z.ZodMiniType<Lane> = z.enum(["durable", "live", "ring"]);

/** A sealed-sender envelope, exactly one of the bucket sizes. */
export const Sealed: z.ZodMiniType<Bytes> = bytes(1, MAX_SEALED_BYTES).check(
  z.refine((sealed) => ENVELOPE_BUCKETS_BYTES.includes(sealed.length), "not a bucket size"),
);

/** One envelope of a post, addressed to one device of the account behind the delivery key. */
export type OutgoingEnvelope = {
  readonly deviceId: DeviceId;
  readonly registrationId: number;
  readonly id: EnvelopeId;
  readonly sealed: Bytes;
};
export const OutgoingEnvelope: z.ZodMiniType<OutgoingEnvelope> = exactMap({
  deviceId,
  registrationId,
  id: envelopeId,
  sealed: Sealed,
});

/** Atomic: names every device of the account, or is refused. Posting the same again is `ok` and changes nothing. */
export type Post = {
  readonly key: DeliveryKey;
  readonly lane: Lane;
  readonly envelopes: readonly OutgoingEnvelope[];
};
export const Post: z.ZodMiniType<Post> = exactMap({
  key: deliveryKey,
  lane: Lane,
  envelopes: z.array(OutgoingEnvelope).check(z.minLength(1), z.maxLength(MAX_DEVICES)),
});

/**
 * ok: durable (or already collected). devices: a contact key names the wrong devices. refetch: the same for a card
 * key, without details. id-taken: this id holds other bytes, choose another. unknown-key: the key is revoked or
 * never was. claimed: this one-time card was used by somebody else. full: the recipient's mailbox or this key's
 * queue is full. budget: this key's daily budget is spent. lane: this class of key may not use the lane.
 * malformed: the request broke the schema or the size limit. retry: the relay could not store it; send the same again.
 */
export type PostAnswer =
  | { readonly status: "ok" }
  | {
      readonly status: "devices";
      readonly missing: readonly DeviceId[];
      readonly extra: readonly DeviceId[];
      readonly stale: readonly DeviceId[];
    }
  | { readonly status: "id-taken"; readonly taken: readonly EnvelopeId[] }
  | { readonly status: PostRefusal };
export type PostRefusal = "refetch" | "unknown-key" | "claimed" | "full" | "budget" | "lane" | "malformed" | "retry";
const devicesNamed = z.array(deviceId).check(z.maxLength(127));
export const PostAnswer: z.ZodMiniType<PostAnswer> = z.union([
  z.object({ status: z.literal("ok") }),
  z.object({ status: z.literal("devices"), missing: devicesNamed, extra: devicesNamed, stale: devicesNamed }),
  z.object({ status: z.literal("id-taken"), taken: z.array(envelopeId).check(z.maxLength(MAX_DEVICES)) }),
  z.object({ status: z.enum(["refetch", "unknown-key", "claimed", "full", "budget", "lane", "malformed", "retry"]) }),
]);

/** What a device gets from its mailbox. */
export type Envelope = { readonly id: EnvelopeId; readonly lane: Lane; readonly sealed: Bytes };
export const Envelope: z.ZodMiniType<Envelope> = z.object({
  id: envelopeId,
  lane: Lane,
  sealed: bytes(1, MAX_SEALED_BYTES),
});
