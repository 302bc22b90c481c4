import { concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import {
  decodeKyberPreKey,
  decodePreKey,
  decodeSignedPreKey,
  encodeKyberPreKey,
  encodePreKey,
  encodeSignedPreKey,
} from "./prekey-codec.ts";
import { generateKyberPreKey, generatePreKeys, generateSignedPreKey } from "./prekeys.ts";
import { eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import { ALICE, answer, sessionParty } from "./testing/session-party.ts";

const random = seededRandom("prekey codec");
const { identity } = sessionParty(ALICE, "prekey codec").own;
const [oneTime] = answer(generatePreKeys(0xffff_ffff, 1, random));
if (oneTime === undefined) throw new Error("one was asked for");
const signed = answer(generateSignedPreKey(0, identity, random));
const kyber = answer(generateKyberPreKey(7, identity, random));

test("decoding undoes encoding", () => {
  expect(decodePreKey(encodePreKey(oneTime))).toEqual(oneTime);
  expect(decodeSignedPreKey(encodeSignedPreKey(signed))).toEqual(signed);
  expect(decodeKyberPreKey(encodeKyberPreKey(kyber))).toEqual(kyber);
});

test("one kind of prekey is not another", () => {
  expect(decodeSignedPreKey(encodePreKey(oneTime))).toBeUndefined();
  expect(decodePreKey(encodeSignedPreKey(signed))).toBeUndefined();
  expect(decodeKyberPreKey(encodeSignedPreKey(signed))).toBeUndefined();
});

test.each([
  ["one-time", encodePreKey(oneTime), decodePreKey],
  ["signed", encodeSignedPreKey(signed), decodeSignedPreKey],
  ["Kyber", encodeKyberPreKey(kyber), decodeKyberPreKey],
] as const)("a %s prekey that is cut short, has a tail, or is of another version is none", (_, bytes, decode) => {
  expect([...eachTruncation(bytes)].filter((cut) => decode(cut) !== undefined)).toEqual([]);
  expect(decode(concat(bytes, Uint8Array.of(0)))).toBeUndefined();
  for (const version of [0, 3]) expect(decode(bytes.with(0, version))).toBeUndefined();
});

test("a key of another type is none", () => {
  expect(decodePreKey(encodePreKey(oneTime).with(5, 0x06))).toBeUndefined();
  expect(decodeKyberPreKey(encodeKyberPreKey(kyber).with(5, 0x07))).toBeUndefined();
});
