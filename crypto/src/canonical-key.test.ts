import { concat, fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { isCanonical, isPrimeOrder } from "./canonical-key.ts";
import { generateKeyPair, type PublicKey, parsePublicKey } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";

const P = 2n ** 255n - 19n;

test("every key that X25519 makes is canonical and of prime order", () => {
  const random = seededRandom("canonical");

  for (let i = 0; i < 50; i++) {
    const { publicKey } = run(generateKeyPair(random), noblePrimitives);

    expect(isCanonical(publicKey)).toBe(true);
    expect(isPrimeOrder(publicKey)).toBe(true);
  }
});

test("a coordinate of p or more is another spelling of a smaller one", () => {
  expect(isCanonical(toKey(P - 1n))).toBe(true);
  for (const u of [P, P + 9n, 2n ** 255n - 1n, 2n ** 255n + 9n, 2n ** 256n - 1n]) {
    expect(isCanonical(toKey(u))).toBe(false);
    expect(isPrimeOrder(toKey(u))).toBe(false);
  }
});

test("points of small order are not of prime order: RFC 7748 §6.1 and cr.yp.to/ecdh.html#validate", () => {
  const smallOrder = [
    0n,
    1n,
    toNumber("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    toNumber("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    P - 1n,
  ];

  for (const u of smallOrder) expect(isPrimeOrder(toKey(u))).toBe(false);
});

test("points of the twist are not of prime order", () => {
  // Of the smallest coordinates, 9 is the base point; 2 is on the twist.
  expect(isPrimeOrder(toKey(9n))).toBe(true);
  expect(isPrimeOrder(toKey(2n))).toBe(false);
});

function toKey(u: bigint): PublicKey {
  const bytes = fromHex(u.toString(16).padStart(64, "0")).reverse();
  const key = parsePublicKey(concat(Uint8Array.of(0x05), bytes));
  if (key === undefined) throw new Error("not a key");
  return key;
}

function toNumber(littleEndian: string): bigint {
  return BigInt(`0x${fromHex(littleEndian).reduceRight((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "")}`);
}
