import { expect, test } from "vitest";
import { generateKeyPair, type KeyPair, type PublicKey } from "./keys.ts";
import { generateKyberKeyPair, type KyberCiphertext, type KyberPublicKey } from "./kyber1024.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { answerAgreement, initiateAgreement } from "./pqxdh.ts";
import { run } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("pqxdh");
const pair = () => run(generateKeyPair(random), noblePrimitives);
const [alice, base, bob, signed, oneTime] = [pair(), pair(), pair(), pair(), pair()];
const kyber = run(generateKyberKeyPair(random), noblePrimitives);
const SMALL_ORDER = new Uint8Array(33).with(0, 0x05) as PublicKey;

const their = {
  identityKey: bob.publicKey,
  signedPreKey: signed.publicKey,
  oneTimePreKey: oneTime.publicKey,
  kyberPreKey: kyber.publicKey,
};

function initiate(changes: Partial<Record<keyof typeof their, PublicKey | KyberPublicKey | undefined>> = {}) {
  const keys = { identity: alice, baseKey: base, their: { ...their, ...changes } as typeof their };
  return run(initiateAgreement(keys, random), noblePrimitives);
}

function answer(kyberCiphertext: KyberCiphertext, oneTimePreKey: KeyPair | undefined, baseKey = base.publicKey) {
  const hers = { identityKey: alice.publicKey, baseKey, kyberCiphertext };
  const keys = { identity: bob, signedPreKey: signed, oneTimePreKey, kyberPreKey: kyber.secretKey, their: hers };
  return run(answerAgreement(keys), noblePrimitives);
}

test("both sides agree, with and without a one-time prekey", () => {
  const withKey = initiate();
  const without = initiate({ oneTimePreKey: undefined });

  expect(withKey && answer(withKey.kyberCiphertext, oneTime)).toEqual(withKey?.secrets);
  expect(without && answer(without.kyberCiphertext, undefined)).toEqual(without?.secrets);
});

test("whoever leaves out the one-time prekey, or has another key, agrees on nothing", () => {
  const agreement = initiate();
  if (agreement === undefined) throw new Error("Bob's keys are honest");

  expect(answer(agreement.kyberCiphertext, undefined)).not.toEqual(agreement.secrets);
  expect(answer(agreement.kyberCiphertext, pair())).not.toEqual(agreement.secrets);
  expect(answer(agreement.kyberCiphertext, oneTime, pair().publicKey)).not.toEqual(agreement.secrets);
});

test("the three secrets differ, and have 32 bytes each", () => {
  const { rootKey, chainKey, pqrKey } = initiate()?.secrets ?? {};

  for (const secret of [rootKey, chainKey, pqrKey]) expect(secret).toHaveLength(32);
  expect(rootKey).not.toEqual(chainKey);
  expect(chainKey).not.toEqual(pqrKey);
});

test("a key of small order makes no agreement, at either side", () => {
  expect(initiate({ identityKey: SMALL_ORDER })).toBeUndefined();
  expect(initiate({ signedPreKey: SMALL_ORDER })).toBeUndefined();
  expect(initiate({ oneTimePreKey: SMALL_ORDER })).toBeUndefined();
  const agreement = initiate();
  expect(agreement && answer(agreement.kyberCiphertext, oneTime, SMALL_ORDER)).toBeUndefined();
});

test("a Kyber key beyond the modulus makes no agreement", () => {
  const beyond = new Uint8Array(1569).fill(0xff).with(0, 0x08) as KyberPublicKey;

  expect(initiate({ kyberPreKey: beyond })).toBeUndefined();
});
