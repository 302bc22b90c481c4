import { expect, test } from "vitest";
import {
  decapsulate,
  encapsulate,
  generateKyberKeyPair,
  KYBER_CIPHERTEXT_BYTES,
  KYBER_PUBLIC_KEY_BYTES,
  KYBER_SECRET_KEY_BYTES,
  parseKyberCiphertext,
  parseKyberPublicKey,
  parseKyberSecretKey,
} from "./kyber1024.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("kyber1024");
const pair = run(generateKyberKeyPair(random), noblePrimitives);
const sent = run(encapsulate(pair.publicKey, random), noblePrimitives);

test("both ends of an encapsulation hold one secret", () => {
  const received = sent && run(decapsulate(pair.secretKey, sent.ciphertext), noblePrimitives);

  expect(received).toHaveLength(32);
  expect(received).toEqual(sent?.sharedSecret);
});

test("keys and ciphertexts have the sizes of Kyber1024 and its type byte", () => {
  expect([pair.publicKey[0], pair.secretKey[0], sent?.ciphertext[0]]).toEqual([0x08, 0x08, 0x08]);
  expect(pair.publicKey).toHaveLength(KYBER_PUBLIC_KEY_BYTES);
  expect(pair.secretKey).toHaveLength(KYBER_SECRET_KEY_BYTES);
  expect(sent?.ciphertext).toHaveLength(KYBER_CIPHERTEXT_BYTES);
});

test.each([
  ["public key", parseKyberPublicKey, pair.publicKey],
  ["secret key", parseKyberSecretKey, pair.secretKey],
  ["ciphertext", parseKyberCiphertext, sent?.ciphertext ?? new Uint8Array()],
] as const)("a %s of another type or length is refused", (_, parse, honest) => {
  const ofType = (type: number) => Uint8Array.from(honest).fill(type, 0, 1);

  expect(parse(honest)).toEqual(honest);
  for (const type of [0x00, 0x05, 0x07, 0x0a]) expect(parse(ofType(type))).toBeUndefined();
  for (const length of [0, 1, honest.length - 1]) expect(parse(honest.subarray(0, length))).toBeUndefined();
  expect(parse(Uint8Array.from([...honest, 0]))).toBeUndefined();
});

test("nothing is encapsulated to a public key whose coefficients are not below the modulus", () => {
  const outside = parseKyberPublicKey(Uint8Array.from(pair.publicKey).fill(0xff, 1, 4));

  expect(outside && run(encapsulate(outside, random), noblePrimitives)).toBeUndefined();
});

test("a changed ciphertext gives an unrelated secret and no error", () => {
  const changed = parseKyberCiphertext(Uint8Array.from(sent?.ciphertext ?? []).fill(0x55, 700, 701));

  const secret = changed && run(decapsulate(pair.secretKey, changed), noblePrimitives);

  expect(secret).toHaveLength(32);
  expect(secret).not.toEqual(sent?.sharedSecret);
});
