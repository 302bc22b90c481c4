import { type Bytes, concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { generateKeyPair } from "./keys.ts";
import { encapsulate, generateKyberKeyPair } from "./kyber1024.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import {
  decodePreKeySignalMessage,
  decodeSignalMessage,
  encodePreKeySignalMessage,
  encodeSignalMessageBody,
} from "./signal-message.ts";
import { eachBitFlipped, eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("signal message");
const pair = () => run(generateKeyPair(random), noblePrimitives).publicKey;
const kyber = run(generateKyberKeyPair(random), noblePrimitives);
const encapsulated = run(encapsulate(kyber.publicKey, random), noblePrimitives);
if (encapsulated === undefined) throw new Error("the key is honest");

const INNER = {
  ratchetKey: pair(),
  counter: 25_000,
  previousCounter: 0,
  ciphertext: random(32),
  pqRatchet: random(39),
  addresses: random(36),
};
const MAC = random(8);
const body = encodeSignalMessageBody(INNER);
const inner = concat(body, MAC);
const OUTER = {
  registrationId: 1234,
  oneTimePreKeyId: 0,
  signedPreKeyId: 0,
  kyberPreKeyId: 2 ** 32 - 1,
  kyberCiphertext: encapsulated.ciphertext,
  baseKey: pair(),
  identityKey: pair(),
  message: inner,
};
const outer = encodePreKeySignalMessage(OUTER);

test("decoding undoes encoding, and tells what the MAC covers", () => {
  expect(decodeSignalMessage(inner)).toEqual({ ...INNER, body, mac: MAC });
  expect(decodePreKeySignalMessage(outer)).toEqual({ ...OUTER, message: { ...INNER, body, mac: MAC } });
});

test("addresses and a one-time prekey may be missing", () => {
  const unbound = { ...INNER, addresses: undefined };
  const unboundBody = encodeSignalMessageBody(unbound);

  expect(decodeSignalMessage(concat(unboundBody, MAC))).toEqual({ ...unbound, body: unboundBody, mac: MAC });
  const lasting = encodePreKeySignalMessage({ ...OUTER, oneTimePreKeyId: undefined });
  expect(decodePreKeySignalMessage(lasting)?.oneTimePreKeyId).toBeUndefined();
});

test("both messages begin with version 4 of both kinds, and nothing else does", () => {
  expect([body[0], outer[0]]).toEqual([0x44, 0x44]);
  for (const version of [0x00, 0x33, 0x34, 0x43, 0x45, 0x54, 0xff]) {
    expect(decodeSignalMessage(inner.with(0, version))).toBeUndefined();
    expect(decodePreKeySignalMessage(outer.with(0, version))).toBeUndefined();
  }
});

test("a registration id has 14 bits", () => {
  const withId = (registrationId: number) => encodePreKeySignalMessage({ ...OUTER, registrationId });

  expect(decodePreKeySignalMessage(withId(0x3fff))?.registrationId).toBe(0x3fff);
  expect(decodePreKeySignalMessage(withId(0x4000))).toBeUndefined();
});

test("one message is not the other", () => {
  expect(decodePreKeySignalMessage(inner)).toBeUndefined();
  expect(decodeSignalMessage(outer)).toBeUndefined();
});

test("what is cut short, flipped or random is decoded or refused, and never throws", () => {
  const decoders = [decodeSignalMessage, decodePreKeySignalMessage];
  const refusals = { cut: 0, flipped: 0, random: 0 };
  const count = (kind: keyof typeof refusals, bytes: Bytes) => {
    for (const decode of decoders) if (decode(bytes) === undefined) refusals[kind]++;
  };

  for (const cut of eachTruncation(inner)) count("cut", cut);
  for (const flipped of eachBitFlipped(inner)) count("flipped", flipped);
  for (let i = 0; i < 500; i++) count("random", concat(Uint8Array.of(0x44), random(i)));

  expect(refusals.random).toBe(1_000);
  expect(refusals.cut).toBeGreaterThan(inner.length);
  expect(refusals.flipped).toBeGreaterThan(8 * inner.length);
});

test("a first message that is cut short is none", () => {
  for (const cut of eachTruncation(outer)) expect(decodePreKeySignalMessage(cut)).toBeUndefined();
});
