import { expect, test } from "vitest";
import { hmacSha256 } from "./hkdf.ts";
import { generateKeyPair } from "./keys.ts";
import { decryptBody, deriveMessageKeys, encryptBody, isAuthentic, macOf } from "./message-cipher.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { eachBitFlipped } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("message cipher");
const [seed, pqKey] = [random(32), random(32)];
const keys = deriveMessageKeys(seed, pqKey);
const [alice, bob] = [run(generateKeyPair(random), noblePrimitives), run(generateKeyPair(random), noblePrimitives)];
const direction = { sender: alice.publicKey, receiver: bob.publicKey };

test("decrypting undoes encrypting, for every length up to three blocks", () => {
  for (let length = 0; length <= 48; length++) {
    const plaintext = random(length);
    const ciphertext = encryptBody(keys, plaintext);

    expect(ciphertext).toHaveLength(16 * (Math.floor(length / 16) + 1));
    expect(decryptBody(keys, ciphertext)).toEqual(plaintext);
  }
});

test("a ciphertext of another length, or with other padding, is none", () => {
  const ciphertext = encryptBody(keys, new Uint8Array(16));

  for (const length of [0, 1, 15, 17, 31]) expect(decryptBody(keys, ciphertext.slice(0, length))).toBeUndefined();
  expect(decryptBody(keys, ciphertext.slice(0, 16))).toBeUndefined();
});

test("the keys depend on both ratchets, and on whether the second one gave a key", () => {
  const others = [deriveMessageKeys(pqKey, seed), deriveMessageKeys(seed, undefined), deriveMessageKeys(seed, seed)];

  for (const other of others) {
    expect(other.cipherKey).not.toEqual(keys.cipherKey);
    expect(other.macKey).not.toEqual(keys.macKey);
    expect(other.iv).not.toEqual(keys.iv);
  }
});

test("the MAC is eight bytes over both identity keys and the body", () => {
  const body = random(40);
  const full = hmacSha256(keys.macKey, alice.publicKey, bob.publicKey, body);

  expect(macOf(keys, direction, body)).toEqual(full.slice(0, 8));
  expect(isAuthentic(keys, direction, body, full.slice(0, 8))).toBe(true);
  expect(isAuthentic(keys, direction, body, full)).toBe(false);
});

test("a body, a MAC or a direction that is not the sender's is not authentic", () => {
  const body = random(40);
  const mac = macOf(keys, direction, body);

  for (const damaged of eachBitFlipped(body)) expect(isAuthentic(keys, direction, damaged, mac)).toBe(false);
  for (const damaged of eachBitFlipped(mac)) expect(isAuthentic(keys, direction, body, damaged)).toBe(false);
  const reversed = { sender: direction.receiver, receiver: direction.sender };
  expect(isAuthentic(keys, reversed, body, mac)).toBe(false);
});
