import { sha256 } from "@noble/hashes/sha2.js";
import { concat, toHex } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { generateKeyPair } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";
import { accountIdOf, verifySignature } from "./verify.ts";
import { signXeddsa } from "./xeddsa.ts";

const random = seededRandom("verify");
const { publicKey, privateKey } = run(generateKeyPair(random), noblePrimitives);

test("an account id is a UUID of version 8 with 122 bits of the key's hash", () => {
  const id = accountIdOf(publicKey);
  const hash = toHex(sha256(concat(toUtf8("tacit account"), publicKey)));

  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(id.slice(0, 8)).toBe(hash.slice(0, 8));
  expect(id.slice(-12)).toBe(hash.slice(20, 32));
  expect(accountIdOf(publicKey.slice())).toBe(id);
});

test("what is not a serialised key has no account", () => {
  for (const bytes of [new Uint8Array(), publicKey.slice(1), publicKey.slice(0, 32), publicKey.slice().fill(4, 0, 1)]) {
    expect(() => accountIdOf(bytes)).toThrow(RangeError);
  }
});

test("a signature under a key of another type or length is not valid", () => {
  const message = toUtf8("hello");
  const signature = signXeddsa(privateKey, message, random);

  expect(verifySignature(publicKey, message, signature)).toBe(true);
  expect(verifySignature(publicKey.slice().fill(4, 0, 1), message, signature)).toBe(false);
  expect(verifySignature(publicKey.slice(1), message, signature)).toBe(false);
  expect(verifySignature(concat(publicKey, Uint8Array.of(0)), message, signature)).toBe(false);
});
