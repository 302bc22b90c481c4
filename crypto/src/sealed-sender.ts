/**
 * Sealed sender, version 1: an envelope that names its sender to the recipient alone. Two layers, each with keys from
 * a Diffie-Hellman: the outer hides who the sender is, the inner proves it. docs/PROTOCOL.md §5.
 */
import { type Bytes, concat, equalBytes } from "@tacit/shared/bytes";
import { ENVELOPE_BUCKETS_BYTES } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import { CTR_MAC_BYTES, type CtrMacKeys, decryptCtrMac, encryptCtrMac } from "./ctr-mac.ts";
import { hkdf } from "./hkdf.ts";
import { agree, agreeAfresh, type KeyPair, PUBLIC_KEY_BYTES, type PublicKey, parsePublicKey } from "./keys.ts";
import { type RandomSource, type Step, together } from "./primitives.ts";
import { ProtobufWriter, readProtobuf } from "./protobuf.ts";
import {
  type ContentHint,
  encodeSealedContent,
  MIN_PADDING_BYTES,
  padSealedContent,
  parseSealedContent,
  type SealedContent,
} from "./sealed-content.ts";
import { type CertificateMemory, checkCertificate, checkOwnCertificate, type Sender } from "./sender-certificate.ts";
import type { MessageKind } from "./session.ts";

export type Letter = {
  readonly identity: KeyPair;
  /** What `issueSenderCertificate` made. */
  readonly certificate: Bytes;
  readonly recipient: PublicKey;
  readonly kind: MessageKind;
  readonly message: Bytes;
  readonly contentHint?: ContentHint | undefined;
};

export type OpenedLetter = {
  readonly sender: Sender;
  readonly kind: MessageKind;
  readonly message: Bytes;
  readonly contentHint: ContentHint;
};

export type OpenRefusal = "malformed" | "forged" | "expired";

type Opening = { readonly identity: KeyPair; readonly sealed: Uint8Array; readonly nowMs: number };
type OwnOpening = Opening & {
  /** The signatures of a certificate that is in here are not verified again. */
  readonly verified?: CertificateMemory | undefined;
};
type Layer = CtrMacKeys & { readonly chain: Bytes };

const VERSION = 0x11;
/** The version byte, the fields of the ephemeral key and the static key, and the key of the message field. */
const OUTER_BYTES = 1 + (2 + PUBLIC_KEY_BYTES) + (2 + PUBLIC_KEY_BYTES + CTR_MAC_BYTES) + 1;

/**
 * Seals one message for one device: `0x11 || {1 ephemeral key, 2 static key in a box, 3 content in a box}`, whose
 * length is one of `ENVELOPE_BUCKETS_BYTES`. Takes 32 bytes of `random`. Throws `RangeError` where no bucket is large
 * enough, or the recipient's key is of small order.
 */
export function* sealMessage(letter: Letter, random: RandomSource): Step<Bytes> {
  const { identity, recipient } = letter;
  const content = fillBucket(encodeSealedContent(letter));
  const [ephemeral, shared] = yield* together(agreeAfresh(recipient, random), agree(identity.privateKey, recipient));
  if (ephemeral === undefined || shared === undefined) throw new RangeError("the recipient's key is of small order");
  const ephemeralKey = ephemeral.ours.publicKey;
  const outer = outerLayer(recipient, ephemeralKey, ephemeral.shared);
  const encryptedStatic = encryptCtrMac(outer, identity.publicKey);
  const inner = innerLayer(outer, encryptedStatic, shared);
  const fields = new ProtobufWriter()
    .bytes(1, ephemeralKey)
    .bytes(2, encryptedStatic)
    .bytes(3, encryptCtrMac(inner, content))
    .finish();
  return concat(Uint8Array.of(VERSION), fields);
}

/**
 * Opens an envelope whose sender vouches for itself. Proven: the holder of `sender.identityKey` sealed this for us,
 * and the account id is that key's. Left to the caller: that the device is on the account's list, that the session
 * inside has the same identity key, and that the sender is not this very device.
 */
export function* openSealed({
  identity,
  sealed,
  nowMs,
  verified,
}: OwnOpening): Step<Result<OpenedLetter, OpenRefusal>> {
  const unsealed = yield* unseal(identity, sealed);
  if (!unsealed.ok) return unsealed;
  return toOpened(unsealed.value, yield* checkOwnCertificate(unsealed.value.certificate, nowMs, verified));
}

/** The same for a service with certificates of its own: the account id is whatever one of `trustRoots` vouches for. */
export function* openSealedUnder(
  trustRoots: readonly PublicKey[],
  { identity, sealed, nowMs }: Opening,
): Step<Result<OpenedLetter, OpenRefusal>> {
  const unsealed = yield* unseal(identity, sealed);
  if (!unsealed.ok) return unsealed;
  return toOpened(unsealed.value, yield* checkCertificate(unsealed.value.certificate, trustRoots, nowMs));
}

function* unseal(identity: KeyPair, sealed: Uint8Array): Step<Result<SealedContent, "malformed" | "forged">> {
  const boxes = parseBoxes(sealed);
  if (boxes === undefined) return refused("malformed");
  const outerShared = yield* agree(identity.privateKey, boxes.ephemeralKey);
  if (outerShared === undefined) return refused("forged");
  const outer = outerLayer(identity.publicKey, boxes.ephemeralKey, outerShared);
  const staticKey = parsePublicKey(decryptCtrMac(outer, boxes.encryptedStatic) ?? new Uint8Array());
  if (staticKey === undefined) return refused("forged");
  const innerShared = yield* agree(identity.privateKey, staticKey);
  if (innerShared === undefined) return refused("forged");
  const bytes = decryptCtrMac(innerLayer(outer, boxes.encryptedStatic, innerShared), boxes.encryptedContent);
  if (bytes === undefined) return refused("forged");
  const content = parseSealedContent(bytes);
  if (content === undefined) return refused("malformed");
  return equalBytes(content.certificate.sender.identityKey, staticKey) ? ok(content) : refused("forged");
}

function parseBoxes(sealed: Uint8Array) {
  const fields = readProtobuf(sealed.subarray(1), {
    ephemeralKey: [1, "bytes"],
    encryptedStatic: [2, "bytes"],
    encryptedContent: [3, "bytes"],
  });
  const ephemeralKey = fields?.ephemeralKey && parsePublicKey(fields.ephemeralKey);
  const { encryptedStatic, encryptedContent } = fields ?? {};
  const isWhole = ephemeralKey !== undefined && encryptedStatic !== undefined && encryptedContent !== undefined;
  return sealed[0] === VERSION && isWhole ? { ephemeralKey, encryptedStatic, encryptedContent } : undefined;
}

function toOpened(
  { kind, message, contentHint }: SealedContent,
  checked: Result<Sender, "forged" | "expired">,
): Result<OpenedLetter, "forged" | "expired"> {
  return checked.ok ? ok({ sender: checked.value, kind, message, contentHint }) : checked;
}

function fillBucket(content: Bytes): Bytes {
  const room = ENVELOPE_BUCKETS_BYTES.map(contentBytesIn).find((bytes) => bytes >= content.length + MIN_PADDING_BYTES);
  if (room === undefined) throw new RangeError("the message does not fit into an envelope");
  return padSealedContent(content, room);
}

/** How much content fills an envelope of that size: what the fixed fields, the length prefix and the MAC leave. */
function contentBytesIn(envelopeBytes: number): number {
  const rest = envelopeBytes - OUTER_BYTES;
  const prefixBytes = rest - 2 < 2 ** 14 ? 2 : 3;
  return rest - prefixBytes - CTR_MAC_BYTES;
}

function outerLayer(recipient: PublicKey, ephemeralKey: PublicKey, shared: Bytes): Layer {
  return toLayer(concat(toUtf8("UnidentifiedDelivery"), recipient, ephemeralKey), shared);
}

function innerLayer({ chain }: Layer, encryptedStatic: Bytes, shared: Bytes): Layer {
  return toLayer(concat(chain, encryptedStatic), shared);
}

function toLayer(salt: Bytes, shared: Bytes): Layer {
  const keys = hkdf(salt, shared, "", 96);
  return { chain: keys.slice(0, 32), cipherKey: keys.slice(32, 64), macKey: keys.slice(64) };
}
