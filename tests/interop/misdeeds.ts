/** What a sender may get wrong in a first message, by rule of signal.org's specifications or of libsignal. */
import { cbc } from "@noble/ciphers/aes.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { encodeAddressPair } from "@tacit/crypto/address";
import { coordinateOf, type PublicKey } from "@tacit/crypto/keys";
import type { DecryptRefusal } from "@tacit/crypto/session";
import { type Bytes, concat, fromHex } from "@tacit/shared/bytes";
import { ALICE, BOB } from "./cast.ts";
import type { Misdeed } from "./forge.ts";

type Row = readonly [what: string, reason: DecryptRefusal, misdeed: Misdeed];

const NO_BYTES = new Uint8Array();
const SMALL_ORDER_KEY = concat(Uint8Array.of(0x05), new Uint8Array(32));
const UNKNOWN_ID = 4_000_000_000;

/** Refused by both libraries. */
export const REFUSED: readonly Row[] = [
  ["of message version 3", "malformed", { version: 0x34 }],
  ["of message version 2", "malformed", { version: 0x24 }],
  ["of message version 5", "malformed", { version: 0x54 }],
  ["without a ratchet key", "malformed", { fields: () => ({ 1: undefined }) }],
  ["with an empty ratchet key", "malformed", { fields: () => ({ 1: NO_BYTES }) }],
  ["with a ratchet key of another type", "malformed", ratchetKey((key) => replaced(key, 0, 0x06))],
  ["with a ratchet key that is cut short", "malformed", ratchetKey((key) => key.subarray(0, -1))],
  ["with a ratchet key of small order", "forged", ratchetKey(() => SMALL_ORDER_KEY)],
  ["without a counter", "malformed", { fields: () => ({ 2: undefined }) }],
  ["without a ciphertext", "malformed", { fields: () => ({ 4: undefined }) }],
  ["with an empty ciphertext", "forged", { fields: () => ({ 4: NO_BYTES }) }],
  ["with a ciphertext of odd length", "forged", { fields: ({ ciphertext }) => ({ 4: ciphertext.subarray(1) }) }],
  ["with padding of 0", "forged", padded(new Uint8Array(16))],
  ["with padding of 17", "forged", padded(new Uint8Array(32).fill(17))],
  ["with uneven padding", "forged", padded(new Uint8Array(16).fill(3).fill(1, 14, 15))],
  ["without a post-quantum part", "malformed", { fields: () => ({ 5: undefined }) }],
  ["with an empty post-quantum part", "forged", postQuantum(() => NO_BYTES)],
  ["of post-quantum version 0", "forged", postQuantum((part) => replaced(part, 0, 0))],
  ["of post-quantum epoch 0", "forged", postQuantum((part) => replaced(part, 1, 0))],
  ["of the next post-quantum epoch", "forged", postQuantum((part) => replaced(part, 1, 2))],
  ["of post-quantum index 0", "forged", postQuantum((part) => replaced(part, 2, 0))],
  ["of another post-quantum index", "forged", postQuantum((part) => replaced(part, 2, 2))],
  ["of post-quantum type 7", "forged", postQuantum((part) => replaced(part, 3, 7))],
  ["with a chunk that is cut short", "forged", postQuantum((part) => part.subarray(0, -1))],
  ["with chunk number 65,536", "forged", postQuantum((part) => withChunkNumber(part, fromHex("808004")))],
  ["with empty addresses", "forged", addresses(NO_BYTES)],
  ["from another device", "forged", addresses(encodeAddressPair({ ...ALICE, deviceId: 2 }, BOB))],
  ["for another device", "forged", addresses(encodeAddressPair(ALICE, { ...BOB, deviceId: 1 }))],
  ["for another account", "forged", addresses(encodeAddressPair(ALICE, { ...ALICE, deviceId: BOB.deviceId }))],
  ["that was sent the other way", "forged", addresses(encodeAddressPair(BOB, ALICE))],
  ["with addresses that are cut short", "forged", addresses(encodeAddressPair(ALICE, BOB).subarray(1))],
  ["with the identity keys of its MAC reversed", "forged", { isMacReversed: true }],
  ["in an envelope of version 3", "malformed", { outerVersion: 0x34 }],
  ["in an envelope of version 2", "malformed", { outerVersion: 0x24 }],
  ["in an envelope of version 5", "malformed", { outerVersion: 0x54 }],
  ["of X3DH", "malformed", { outerVersion: 0x33, version: 0x33, outerFields: { 7: undefined, 8: undefined } }],
  ["without a base key", "malformed", { outerFields: { 2: undefined } }],
  ["without an identity key", "malformed", { outerFields: { 3: undefined } }],
  ["without an inner message", "malformed", { outerFields: { 4: undefined } }],
  ["with an empty inner message", "malformed", { outerFields: { 4: NO_BYTES } }],
  ["without the signed prekey's id", "malformed", { outerFields: { 6: undefined } }],
  ["without the Kyber prekey's id", "malformed", { outerFields: { 7: undefined } }],
  ["without a Kyber ciphertext", "malformed", { outerFields: { 8: undefined } }],
  ["without any Kyber part", "malformed", { outerFields: { 7: undefined, 8: undefined } }],
  ["with a Kyber768 ciphertext", "malformed", { outerFields: { 8: ofLength(0x07, 1089) } }],
  ["with a ciphertext of type 7", "malformed", { outerFields: { 8: ofLength(0x07, 1569) } }],
  ["with an ML-KEM-1024 ciphertext", "malformed", { outerFields: { 8: ofLength(0x0a, 1569) } }],
  ["with a Kyber ciphertext that is cut short", "malformed", { outerFields: { 8: ofLength(0x08, 1568) } }],
  ["with a Kyber ciphertext that is too long", "malformed", { outerFields: { 8: ofLength(0x08, 1570) } }],
  ["with a Kyber ciphertext for somebody else", "forged", { outerFields: { 8: ofLength(0x08, 1569) } }],
  ["that hides its one-time prekey", "forged", { outerFields: { 1: undefined } }],
  ["to an unknown one-time prekey", "missing-prekey", { outerFields: { 1: UNKNOWN_ID } }],
  ["to an unknown signed prekey", "missing-prekey", { outerFields: { 6: UNKNOWN_ID } }],
  ["to an unknown Kyber prekey", "missing-prekey", { outerFields: { 7: UNKNOWN_ID } }],
  ["with a base key of small order", "malformed", { outerFields: { 2: SMALL_ORDER_KEY } }],
  ["with an identity key of small order", "malformed", { outerFields: { 3: SMALL_ORDER_KEY } }],
];

/** Read by libsignal 0.103.0, refused here. No honest client sends any of these. */
export const REFUSED_BY_US: readonly Row[] = [
  ["of a sender that knows version 5", "malformed", { version: 0x45 }],
  ["of a sender that knows version 3", "malformed", { version: 0x43 }],
  ["in an envelope of a sender that knows version 5", "malformed", { outerVersion: 0x45 }],
  ["with a tail on its ratchet key", "malformed", ratchetKey((key) => concat(key, Uint8Array.of(0)))],
  ["with a ratchet key that is not canonical", "malformed", ratchetKey(withTopBit)],
  ["of post-quantum version 2", "forged", postQuantum((part) => replaced(part, 0, 2))],
  ["with a chunk number that is not minimal", "forged", postQuantum((part) => withChunkNumber(part, fromHex("8000")))],
  ["without addresses", "forged", { fields: () => ({ 6: undefined }) }],
  ["without a registration id", "malformed", { outerFields: { 5: undefined } }],
  ["with a registration id of more than 14 bits", "malformed", { outerFields: { 5: 0x4000 } }],
];

/** Odd, but read by both. */
export const READ: readonly (readonly [what: string, misdeed: Misdeed])[] = [
  ["that is honest", {}],
  ["without a previous counter", { fields: () => ({ 3: undefined }) }],
  ["with any previous counter", { fields: () => ({ 3: 77 }) }],
  ["with an unexpected kind of chunk", postQuantum((part) => replaced(part, 3, 5))],
  ["with a tail on its post-quantum part", postQuantum((part) => concat(part, Uint8Array.of(9)))],
  ["with chunk number 65,535", postQuantum((part) => withChunkNumber(part, fromHex("ffff03")))],
  ["with another registration id", { outerFields: { 5: 777 } }],
];

/** Base keys that agree with Alice's own to the bit, but are not hers. Refused by both as "malformed". */
export const EQUIVALENT_BASE_KEYS: readonly (readonly [what: string, restate: (key: PublicKey) => Bytes])[] = [
  ["with its unused top bit set", withTopBit],
  ["plus a point of order eight", plusTorsion],
];

function ratchetKey(edit: (key: Bytes) => Bytes): Misdeed {
  return { fields: (honest) => ({ 1: edit(honest.ratchetKey) }) };
}

function postQuantum(edit: (part: Bytes) => Bytes): Misdeed {
  return { fields: (honest) => ({ 5: edit(honest.pqRatchet) }) };
}

function addresses(pair: Bytes): Misdeed {
  return { fields: () => ({ 6: pair }) };
}

/** The ciphertext of `blocks`, which bring their own padding. */
function padded(blocks: Bytes): Misdeed {
  const encrypt = (key: Bytes, iv: Bytes) => cbc(key, iv, { disablePadding: true }).encrypt(blocks);
  return { fields: (_, { cipherKey, iv }) => ({ 4: encrypt(cipherKey, iv) }) };
}

function replaced(bytes: Bytes, index: number, value: number): Bytes {
  return bytes.with(index, value);
}

/** version | epoch | index | type | chunk number | chunk, each of the first five in one byte. */
function withChunkNumber(part: Bytes, number: Bytes): Bytes {
  return concat(part.subarray(0, 4), number, part.subarray(5));
}

function ofLength(type: number, length: number): Bytes {
  return new Uint8Array(length).with(0, type);
}

function withTopBit(key: Bytes): Bytes {
  return key.with(key.length - 1, (key.at(-1) as number) | 0x80);
}

function plusTorsion(key: PublicKey): Bytes {
  const { Point } = ed25519;
  const { Fp } = Point;
  const u = Fp.fromBytes(coordinateOf(key));
  const point = Point.fromBytes(Fp.toBytes(Fp.div(Fp.sub(u, Fp.ONE), Fp.add(u, Fp.ONE))));
  const orderEight = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  const { y } = point.add(orderEight).toAffine();
  return concat(Uint8Array.of(0x05), Fp.toBytes(Fp.div(Fp.add(Fp.ONE, y), Fp.sub(Fp.ONE, y))));
}
