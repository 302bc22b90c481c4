/** The two messages of a session on the wire: `0x44 || protobuf`, and a MAC of 8 bytes after the inner one. */
import { type Bytes, concat } from "@tacit/shared/bytes";
import { isCanonical } from "./canonical-key.ts";
import { type PublicKey, parsePublicKey } from "./keys.ts";
import { type KyberCiphertext, parseKyberCiphertext } from "./kyber1024.ts";
import { MAC_BYTES } from "./message-cipher.ts";
import { ProtobufWriter, readProtobuf } from "./protobuf.ts";

/** Version 4 of the message, version 4 of the sender. */
const VERSION = 0x44;
/** 14 bits: all that sealed sender v2 can carry. */
const MAX_REGISTRATION_ID = 0x3fff;

export type SignalMessage = {
  readonly ratchetKey: PublicKey;
  readonly counter: number;
  readonly previousCounter: number;
  readonly ciphertext: Bytes;
  readonly pqRatchet: Bytes;
  /** See `encodeAddressPair`. */
  readonly addresses: Bytes | undefined;
};

/** As it arrived: `body` is what the MAC covers, byte for byte. */
export type ReceivedSignalMessage = SignalMessage & { readonly body: Bytes; readonly mac: Bytes };

export type PreKeyIds = {
  readonly registrationId: number;
  readonly oneTimePreKeyId: number | undefined;
  readonly signedPreKeyId: number;
  readonly kyberPreKeyId: number;
  readonly kyberCiphertext: KyberCiphertext;
  readonly baseKey: PublicKey;
};

/** No MAC of its own: `message` has one, and the rest is proven by the keys that come out of it. */
export type PreKeySignalMessage = PreKeyIds & { readonly identityKey: PublicKey; readonly message: Bytes };

export type ReceivedPreKeySignalMessage = PreKeyIds & {
  readonly identityKey: PublicKey;
  readonly message: ReceivedSignalMessage;
};

/** What the MAC covers: `0x44 || protobuf`. */
export function encodeSignalMessageBody(message: SignalMessage): Bytes {
  const fields = new ProtobufWriter()
    .bytes(1, message.ratchetKey)
    .u32(2, message.counter)
    .u32(3, message.previousCounter)
    .bytes(4, message.ciphertext)
    .bytes(5, message.pqRatchet)
    .bytes(6, message.addresses);
  return concat(Uint8Array.of(VERSION), fields.finish());
}

/** `undefined` for everything that is not a version 4 message with an SPQR part. Never throws. */
export function decodeSignalMessage(bytes: Uint8Array): ReceivedSignalMessage | undefined {
  if (bytes[0] !== VERSION || bytes.length <= MAC_BYTES) return undefined;
  const body = bytes.slice(0, -MAC_BYTES) as Bytes;
  const fields = readProtobuf(body.subarray(1), {
    ratchetKey: [1, "bytes"],
    counter: [2, "u32"],
    previousCounter: [3, "u32"],
    ciphertext: [4, "bytes"],
    pqRatchet: [5, "bytes"],
    addresses: [6, "bytes"],
  });
  const ratchetKey = parseCanonicalKey(fields?.ratchetKey);
  if (fields?.counter === undefined || ratchetKey === undefined) return undefined;
  const { counter, previousCounter = 0, ciphertext, pqRatchet, addresses } = fields;
  if (ciphertext === undefined || pqRatchet === undefined) return undefined;
  const mac = bytes.slice(-MAC_BYTES) as Bytes;
  return { ratchetKey, counter, previousCounter, ciphertext, pqRatchet, addresses, body, mac };
}

export function encodePreKeySignalMessage(message: PreKeySignalMessage): Bytes {
  const fields = new ProtobufWriter()
    .u32(1, message.oneTimePreKeyId)
    .bytes(2, message.baseKey)
    .bytes(3, message.identityKey)
    .bytes(4, message.message)
    .u32(5, message.registrationId)
    .u32(6, message.signedPreKeyId)
    .u32(7, message.kyberPreKeyId)
    .bytes(8, message.kyberCiphertext);
  return concat(Uint8Array.of(VERSION), fields.finish());
}

/** `undefined` for everything that is not a version 4 message around another. Never throws. */
export function decodePreKeySignalMessage(bytes: Uint8Array): ReceivedPreKeySignalMessage | undefined {
  if (bytes[0] !== VERSION) return undefined;
  const fields = readProtobuf(bytes.subarray(1), {
    oneTimePreKeyId: [1, "u32"],
    baseKey: [2, "bytes"],
    identityKey: [3, "bytes"],
    message: [4, "bytes"],
    registrationId: [5, "u32"],
    signedPreKeyId: [6, "u32"],
    kyberPreKeyId: [7, "u32"],
    kyberCiphertext: [8, "bytes"],
  });
  if (fields === undefined) return undefined;
  const baseKey = parseCanonicalKey(fields.baseKey);
  const identityKey = parseCanonicalKey(fields.identityKey);
  const kyberCiphertext = fields.kyberCiphertext && parseKyberCiphertext(fields.kyberCiphertext);
  const message = fields.message && decodeSignalMessage(fields.message);
  const { oneTimePreKeyId, registrationId, signedPreKeyId, kyberPreKeyId } = fields;
  if (baseKey === undefined || identityKey === undefined || message === undefined) return undefined;
  if (kyberCiphertext === undefined || kyberPreKeyId === undefined) return undefined;
  if (signedPreKeyId === undefined || registrationId === undefined) return undefined;
  if (registrationId > MAX_REGISTRATION_ID) return undefined;
  return {
    registrationId,
    oneTimePreKeyId,
    signedPreKeyId,
    kyberPreKeyId,
    kyberCiphertext,
    baseKey,
    identityKey,
    message,
  };
}

function parseCanonicalKey(bytes: Bytes | undefined): PublicKey | undefined {
  const key = bytes && parsePublicKey(bytes);
  return key !== undefined && isCanonical(key) ? key : undefined;
}
