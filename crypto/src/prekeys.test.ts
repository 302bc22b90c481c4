import { expect, test } from "vitest";
import { generatePreKeys, generateSignedPreKey, isBundleSigned } from "./prekeys.ts";
import { seededRandom } from "./testing/random.ts";
import { ALICE, answer, sessionParty } from "./testing/session-party.ts";
import { verifySignature } from "./verify.ts";

const { own, preKeys, bundle } = sessionParty(ALICE, "prekeys");

test("one-time prekeys have consecutive ids, from 0 up to 2^32 - 1, and differ", () => {
  const random = seededRandom("one-time");
  const first = answer(generatePreKeys(0, 3, random));
  const last = answer(generatePreKeys(0xffff_fffe, 2, random));

  expect([...first, ...last].map(({ id }) => id)).toEqual([0, 1, 2, 0xffff_fffe, 0xffff_ffff]);
  expect(new Set([...first, ...last].map(({ keyPair }) => String(keyPair.privateKey))).size).toBe(5);
  expect(answer(generatePreKeys(0, 0, random))).toEqual([]);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])("%d is no prekey id", (id) => {
  const random = seededRandom("ids");

  expect(() => answer(generateSignedPreKey(id, own.identity, random))).toThrow(RangeError);
  expect(() => answer(generatePreKeys(id, 1, random))).toThrow(RangeError);
});

test("the identity key signs the public halves as a relay sees them", () => {
  const [signed, kyber] = [preKeys.signed(0), preKeys.kyber(0)];
  if (signed === undefined || kyber === undefined) throw new Error("Alice has made both");

  for (const { keyPair, signature } of [signed, kyber]) {
    expect(verifySignature(own.identity.publicKey, keyPair.publicKey, signature)).toBe(true);
  }
});

test("a bundle is signed when both of its signatures are", () => {
  const { signedPreKey, kyberPreKey } = bundle;
  const unsigned = new Uint8Array(64);

  expect(answer(isBundleSigned(bundle))).toBe(true);
  expect(answer(isBundleSigned({ ...bundle, signedPreKey: { ...signedPreKey, signature: unsigned } }))).toBe(false);
  expect(answer(isBundleSigned({ ...bundle, kyberPreKey: { ...kyberPreKey, signature: unsigned } }))).toBe(false);
  expect(answer(isBundleSigned({ ...bundle, identityKey: signedPreKey.publicKey }))).toBe(false);
});
