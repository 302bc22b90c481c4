import * as z from "zod/mini";
import { type Bytes, copyBytes } from "../bytes.ts";
import type {
  AccountId,
  BlobId,
  DeliveryKey,
  DeliveryKeyHash,
  DeviceId,
  DeviceToken,
  EnvelopeId,
  MessageId,
  RelayOrigin,
} from "../ids.ts";

// Parsers of single fields. A socket hands out Buffer in Node and ArrayBuffer in a browser: both become Bytes here.

/** Between `min` and `max` bytes. */
export function bytes(min: number, max = min): z.ZodMiniType<Bytes> {
  const binary = z.custom<Uint8Array | ArrayBuffer>((value) => {
    const length = value instanceof Uint8Array || value instanceof ArrayBuffer ? value.byteLength : -1;
    return length >= min && length <= max;
  }, `expected ${min} to ${max} bytes`);
  return z.pipe(
    binary,
    z.transform((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : copyBytes(value))),
  ) as unknown as z.ZodMiniType<Bytes>;
}

/** Whole, from `min` to `max`. */
export function whole(min: number, max: number): z.ZodMiniType<number> {
  return z.number().check(z.int(), z.gte(min), z.lte(max));
}

export const timeMs: z.ZodMiniType<number> = whole(0, 8_640_000_000_000_000);
export const u32: z.ZodMiniType<number> = whole(0, 0xffff_ffff);

/** At most `max` UTF-16 units. */
export function text(max: number, min = 0): z.ZodMiniType<string> {
  return z.string().check(z.minLength(min), z.maxLength(max));
}

export const accountId = z
  .string()
  .check(
    z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  ) as unknown as z.ZodMiniType<AccountId>;
export const deviceId = whole(1, 127) as unknown as z.ZodMiniType<DeviceId>;
export const registrationId: z.ZodMiniType<number> = whole(1, 16_380);
export const messageId = z.string().check(z.regex(/^[\w-]{22}$/)) as unknown as z.ZodMiniType<MessageId>;
export const envelopeId = bytes(16) as unknown as z.ZodMiniType<EnvelopeId>;
export const deliveryKey = bytes(32) as unknown as z.ZodMiniType<DeliveryKey>;
export const deliveryKeyHash = bytes(32) as unknown as z.ZodMiniType<DeliveryKeyHash>;
export const deviceToken = z.string().check(z.regex(/^[\w-]{43}$/)) as unknown as z.ZodMiniType<DeviceToken>;
export const blobId = z.string().check(z.regex(/^[0-9a-f]{64}$/)) as unknown as z.ZodMiniType<BlobId>;
export const publicKey: z.ZodMiniType<Bytes> = bytes(33);
export const signature: z.ZodMiniType<Bytes> = bytes(64);

/** An origin and nothing after it: https anywhere, http on this machine only. */
export const relayOrigin = z
  .string()
  .check(
    z.maxLength(260),
    z.regex(/^(?:https:\/\/[a-z0-9.-]+(?::\d{1,5})?|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?)$/),
  ) as unknown as z.ZodMiniType<RelayOrigin>;
