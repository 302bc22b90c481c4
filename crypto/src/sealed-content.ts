/** What is inside a sealed envelope: libsignal's `UnidentifiedSenderMessageContent`, and our padding behind it. */
import { type Bytes, concat } from "@tacit/shared/bytes";
import { ProtobufWriter, readProtobuf } from "./protobuf.ts";
import { parseSenderCertificate, type SenderCertificate } from "./sender-certificate.ts";
import type { MessageKind } from "./session.ts";

/** What the recipient should do with a message that it cannot decrypt: show it, ask for it again, or nothing. */
export type ContentHint = "default" | "resendable" | "implicit";

export type SealedContent = {
  readonly kind: MessageKind;
  readonly certificate: SenderCertificate;
  readonly message: Bytes;
  readonly contentHint: ContentHint;
};

const KINDS = { prekey: 1, whisper: 2 } as const satisfies Record<MessageKind, number>;
const HINTS = { default: undefined, resendable: 1, implicit: 2 } as const satisfies Record<ContentHint, unknown>;

/**
 * A field that no reader knows. See docs/decisions/0002-padding-inside-the-sealed-message.md; the number is far from
 * what libsignal counts up, and its key takes two bytes.
 */
const PADDING_TAG = 1000;
const PADDING_KEY_BYTES = 2;
/** An empty padding field: its key and its length. */
export const MIN_PADDING_BYTES = PADDING_KEY_BYTES + 1;

export function encodeSealedContent(content: {
  readonly kind: MessageKind;
  readonly certificate: Bytes;
  readonly message: Bytes;
  readonly contentHint?: ContentHint | undefined;
}): Bytes {
  return new ProtobufWriter()
    .u32(1, KINDS[content.kind])
    .bytes(2, content.certificate)
    .bytes(3, content.message)
    .u32(4, HINTS[content.contentHint ?? "default"])
    .finish();
}

/** Encoded content and padding fields, `length` bytes in all, which must leave room for `MIN_PADDING_BYTES`. */
export function padSealedContent(content: Bytes, length: number): Bytes {
  return concat(content, padding(length - content.length));
}

/**
 * `undefined` where the encoding, the kind or the certificate is not one of ours. An unknown hint counts as none.
 * Group ids, padding and unknown fields are skipped.
 */
export function parseSealedContent(bytes: Uint8Array): SealedContent | undefined {
  const fields = readProtobuf(bytes, {
    kind: [1, "u32"],
    certificate: [2, "bytes"],
    message: [3, "bytes"],
    contentHint: [4, "u32"],
  });
  const kind = fields && nameIn(KINDS, fields.kind);
  const certificate = fields?.certificate && parseSenderCertificate(fields.certificate);
  if (kind === undefined || certificate === undefined || fields?.message === undefined) return undefined;
  return { kind, certificate, message: fields.message, contentHint: nameIn(HINTS, fields.contentHint) ?? "default" };
}

/**
 * Exactly `length` bytes of padding. Where no field has that length, because its length prefix would have to grow in
 * between, an empty field goes first.
 */
function padding(length: number): Bytes {
  if (length < MIN_PADDING_BYTES) throw new RangeError("no room for a padding field");
  for (const prefixBytes of [1, 2, 3]) {
    const rest = length - PADDING_KEY_BYTES - prefixBytes;
    if (rest < 0) break;
    const field = new ProtobufWriter().bytes(PADDING_TAG, new Uint8Array(rest)).finish();
    if (field.length === length) return field;
  }
  return concat(padding(MIN_PADDING_BYTES), padding(length - MIN_PADDING_BYTES));
}

function nameIn<Name extends string>(numbers: Record<Name, number | undefined>, wanted: number | undefined) {
  const found = Object.entries(numbers).find(([, number]) => number === wanted);
  return found?.[0] as Name | undefined;
}
