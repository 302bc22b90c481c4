import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import { decode, encode } from "../codec.ts";
import type { BlobId, DeliveryKey, EnvelopeId, MessageId, RelayOrigin } from "../ids.ts";
import {
  MAX_CONTENT_BYTES,
  MAX_FILE_BYTES,
  MAX_FILE_NAME_CHARACTERS,
  MAX_NAME_CHARACTERS,
  MAX_TEXT_CHARACTERS,
  MAX_THUMBNAIL_BYTES,
} from "../limits.ts";
import { ok, type Result, refused } from "../result.ts";
import { cardProof } from "./card.ts";
import { SignedDeviceList } from "./devices.ts";
import { blobId, bytes, deliveryKey, envelopeId, messageId, relayOrigin, text, timeMs, u32, whole } from "./fields.ts";
import { openMap } from "./maps.ts";
import { CallStep, LinkStep, type SignalFrame, signalFrame } from "./signals.ts";

// What one person's device says to another's, inside the Signal session. docs/PROTOCOL.md §5.3.
// Parsed loosely: unknown fields and unknown body types are kept as they came, and shown as "from a newer version".

const references = z.array(messageId).check(z.minLength(1), z.maxLength(256));

/** A sealed file: what it is, and what opens it. docs/PROTOCOL.md §5.7. */
export type FileOffer = {
  readonly id: Bytes;
  /** Secret. */
  readonly key: Bytes;
  readonly root: Bytes;
  /** In bytes, before it is sealed. */
  readonly size: number;
  /** As its sender says: shown, never believed. */
  readonly name: string;
  readonly mediaType: string;
  /** A small picture of it, WebP, JPEG or PNG. */
  readonly thumbnail?: Bytes | undefined;
  /** In pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Where the relay keeps it. Absent: only its sender has it. */
  readonly blob?: { readonly id: BlobId; readonly expiresAtMs: number } | undefined;
};
const pixels = whole(1, 65_535);
export const fileOffer = {
  id: bytes(16),
  key: bytes(32),
  root: bytes(32),
  size: whole(0, MAX_FILE_BYTES),
  name: text(MAX_FILE_NAME_CHARACTERS, 1),
  mediaType: text(127),
  thumbnail: z.optional(bytes(1, MAX_THUMBNAIL_BYTES)),
  width: z.optional(pixels),
  height: z.optional(pixels),
  durationMs: z.optional(u32),
  blob: z.optional(openMap({ id: blobId, expiresAtMs: timeMs })),
} as const;

/**
 * Where a message stands among those that its sender's device wrote to this account. `run`: 8 random bytes, another one
 * when either side has other devices. `number` grows by one from 1; `before` is that of the message before it, or 0.
 * docs/PROTOCOL.md §5.11.
 */
export type Place = { readonly run: Bytes; readonly number: number; readonly before: number };
export const Place: z.ZodMiniType<Place> = openMap({ run: bytes(8), number: whole(1, 0xffff_ffff), before: u32 });
export type MissingPlaces = { readonly run: Bytes; readonly from: number; readonly to: number };
const missingPlaces = openMap({ run: bytes(8), from: u32, to: u32 });

export type Body =
  | { readonly type: "text"; readonly text: string; readonly replyTo?: MessageId | undefined }
  | (FileOffer & {
      readonly type: "file";
      readonly caption?: string | undefined;
      readonly replyTo?: MessageId | undefined;
    })
  /** Only for messages that this device stored, only between accepted contacts. */
  | { readonly type: "receipt"; readonly state: "delivered" | "read"; readonly messages: readonly MessageId[] }
  /** Live lane only. */
  | { readonly type: "typing"; readonly isTyping: boolean }
  /** These envelopes could not be read: send their messages anew, under the same message ids. */
  | { readonly type: "resend"; readonly envelopes: readonly EnvelopeId[] }
  /** Messages at these places never came: send them once more. */
  | { readonly type: "missing"; readonly gaps: readonly MissingPlaces[] }
  /** Carries what the sender's other fields say, and nothing else. */
  | { readonly type: "hello" }
  /** Live lane only, between accepted contacts. */
  | (SignalFrame & { readonly type: "link"; readonly step: LinkStep })
  /** A "ring" step in the ring lane, an "end" in the durable one, everything else live; between accepted contacts. */
  | (SignalFrame & { readonly type: "call"; readonly step: CallStep });
export type BodyType = Body["type"];

const bodies = {
  text: openMap({
    type: z.literal("text"),
    text: text(MAX_TEXT_CHARACTERS, 1),
    replyTo: z.optional(messageId),
  }),
  file: openMap({
    type: z.literal("file"),
    ...fileOffer,
    caption: z.optional(text(MAX_TEXT_CHARACTERS, 1)),
    replyTo: z.optional(messageId),
  }),
  receipt: openMap({ type: z.literal("receipt"), state: z.enum(["delivered", "read"]), messages: references }),
  typing: openMap({ type: z.literal("typing"), isTyping: z.boolean() }),
  resend: openMap({
    type: z.literal("resend"),
    envelopes: z.array(envelopeId).check(z.minLength(1), z.maxLength(256)),
  }),
  missing: openMap({
    type: z.literal("missing"),
    gaps: z.array(missingPlaces).check(z.minLength(1), z.maxLength(16)),
  }),
  hello: openMap({ type: z.literal("hello") }),
  link: openMap({ type: z.literal("link"), ...signalFrame, step: LinkStep }),
  call: openMap({ type: z.literal("call"), ...signalFrame, step: CallStep }),
} as const;

export const Body: z.ZodMiniType<Body> = z.union([
  bodies.text,
  bodies.file,
  bodies.receipt,
  bodies.typing,
  bodies.resend,
  bodies.missing,
  bodies.hello,
  bodies.link,
  bodies.call,
]);

/** How to reach the sender. In every Content until the first reply shows that it arrived. */
export type Introduction = {
  readonly relay: RelayOrigin;
  readonly name: string;
  /** The key that the recipient may post with from now on. */
  readonly key: DeliveryKey;
  readonly list: SignedDeviceList;
  /** The key of the card that led here. */
  readonly card?: DeliveryKey | undefined;
  /** What its QR code said, and its link does not. */
  readonly cardProof?: Bytes | undefined;
};
export const Introduction: z.ZodMiniType<Introduction> = z.object({
  relay: relayOrigin,
  name: text(MAX_NAME_CHARACTERS, 1),
  key: deliveryKey,
  list: SignedDeviceList,
  card: z.optional(deliveryKey),
  cardProof: z.optional(cardProof),
});

export type Content = {
  readonly id: MessageId;
  /** By the sender's clock. */
  readonly sentAtMs: number;
  /** The sender's device list as the sender knows it; `hash` is SHA-256 of its encoding. */
  readonly list: { readonly counter: number; readonly hash: Bytes };
  /** The highest counter that the sender saw of the recipient's list: a relay that hides a newer one is noticed. */
  readonly sawListCounter?: number | undefined;
  /** The version of the sender's recovery vault, and the highest of the recipient's that the sender was told. */
  readonly vaultVersion?: number | undefined;
  readonly sawVaultVersion?: number | undefined;
  /** The first 8 bytes of the hash of the key that the sender posts with: the recipient sees whether it is still theirs. */
  readonly sawKey?: Bytes | undefined;
  readonly introduction?: Introduction | undefined;
  /** The unreadable envelope that this answers. */
  readonly resendOf?: EnvelopeId | undefined;
  /** Of what a person is meant to see; with "hello", of what there is nothing to see of. */
  readonly place?: Place | undefined;
  readonly body: Body;
};
/** A body of a type that this version does not know. `kept` is the whole Content as it came. */
export type NewerContent = Omit<Content, "body"> & { readonly body: { readonly type: "newer" }; readonly kept: Bytes };

const frame = openMap({
  id: messageId,
  sentAtMs: timeMs,
  list: openMap({ counter: u32, hash: bytes(32) }),
  sawListCounter: z.optional(u32),
  vaultVersion: z.optional(u32),
  sawVaultVersion: z.optional(u32),
  sawKey: z.optional(bytes(8)),
  introduction: z.optional(Introduction),
  resendOf: z.optional(envelopeId),
  place: z.optional(Place),
  body: openMap({ type: text(32, 1) }),
});

/** Throws `RangeError` where it would not fit into an envelope: a caller has checked the text's length. */
export function encodeContent(content: Content): Bytes {
  const encoded = encode(content);
  if (encoded.length > MAX_CONTENT_BYTES) throw new RangeError("content is too large");
  return encoded;
}

/** A peer is not trusted either: anything that breaks the schema is "malformed". */
export function decodeContent(encoded: Bytes): Result<Content | NewerContent, "malformed"> {
  const decoded = decode(encoded, MAX_CONTENT_BYTES);
  if (!decoded.ok) return decoded;
  const framed = frame.safeParse(decoded.value);
  if (!framed.success) return refused("malformed");
  const type = framed.data.body.type;
  if (!isKnown(type)) return ok({ ...framed.data, body: { type: "newer" }, kept: encoded });
  const body = bodies[type].safeParse(framed.data.body);
  return body.success ? ok({ ...framed.data, body: body.data }) : refused("malformed");
}

function isKnown(type: string): type is BodyType {
  return Object.hasOwn(bodies, type);
}
