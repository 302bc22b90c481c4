import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toEd25519Claim, verifyEd25519 } from "./edwards.ts";
import { generateKeyPair, type PublicKey, parsePublicKey, toKeyPair, toPrivateKey } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { eachBitFlipped, eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import { verifySignature } from "./verify.ts";
import { signXeddsa, verifyXeddsa } from "./xeddsa.ts";

const { Point } = ed25519;
const P = Point.Fp.ORDER;
const L = Point.Fn.ORDER;
const random = seededRandom("xeddsa");
const alice = run(generateKeyPair(random), noblePrimitives);
const message = toUtf8("hello");
const signature = signXeddsa(alice.privateKey, message, random);

test("what a key signs, its public key verifies, whatever the message and the sign of the point", () => {
  const signs = new Set<number>();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array(), (secret, message) => {
      const { privateKey, publicKey } = run(toKeyPair(toPrivateKey(secret)), noblePrimitives);

      const signature = signXeddsa(privateKey, copyBytes(message), random);

      signs.add((signature[63] as number) >> 7);
      expect(verdict(publicKey, copyBytes(message), signature)).toBe(true);
    }),
    { numRuns: 50 },
  );
  expect(signs.size).toBe(2);
});

test("a signature with any bit changed, or cut, or with a tail, is refused", () => {
  expect(verdict(alice.publicKey, message, signature)).toBe(true);
  for (const damaged of eachBitFlipped(signature)) expect(verdict(alice.publicKey, message, damaged)).toBe(false);
  for (const damaged of eachTruncation(signature)) expect(verdict(alice.publicKey, message, damaged)).toBe(false);
  expect(verdict(alice.publicKey, message, concat(signature, Uint8Array.of(0)))).toBe(false);
});

test("a signature is for one message and one key", () => {
  const bob = run(generateKeyPair(random), noblePrimitives);

  expect(verdict(alice.publicKey, toUtf8("hellp"), signature)).toBe(false);
  expect(verdict(alice.publicKey, new Uint8Array(), signature)).toBe(false);
  expect(verdict(bob.publicKey, message, signature)).toBe(false);
});

test("signing twice gives two signatures, and the same randomness gives the same one", () => {
  const sign = (seed: string) => signXeddsa(alice.privateKey, message, seededRandom(seed));

  expect(sign("a")).toEqual(sign("a"));
  expect(sign("a")).not.toEqual(sign("b"));
});

test("a signature restated with s + L is refused, which libsignal would accept", () => {
  const restated = copyBytes(signature);
  const s = bytesToNumberLE(withoutSign(signature).subarray(32));
  restated.set(numberToBytesLE(s + L, 32), 32);
  restated[63] = (restated[63] as number) | ((signature[63] as number) & 0x80);

  expect(s + L).toBeLessThan(2n ** 253n);
  expect(verdict(alice.publicKey, message, restated)).toBe(false);
});

test("a signature that holds only up to a point of small order is refused, which a cofactored verifier would accept", () => {
  const ofOrderEight = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  const a = Point.Fn.create(bytesToNumberLE(alice.privateKey));
  const publicKey = copyBytes(Point.BASE.multiply(a).toBytes());
  const r = 123_456_789n;
  const commitment = Point.BASE.multiply(r).add(ofOrderEight).toBytes();
  const h = Point.Fn.create(bytesToNumberLE(sha512(concat(commitment, publicKey, message))));
  const mixed = concat(commitment, numberToBytesLE(Point.Fn.add(r, Point.Fn.mul(h, a)), 32));

  expect(ed25519.verify(mixed, message, publicKey, { zip215: false })).toBe(true);
  expect(verifyEd25519(publicKey, message, mixed)).toBe(false);
});

test.each([
  ["0, of order 2", 0n],
  ["1, of order 4", 1n],
  ["of order 8", 325606250916557431795983626356110631294008115727848805560023387167927233504n],
  ["of order 8", 39382357235489614581723060781553021112529911719440698176882885853963445705823n],
  ["-1, which has no Edwards point", P - 1n],
  ["p, which is 0 in another form", P],
  ["p + 1, which is 1 in another form", P + 1n],
])("no signature is by the key with u = %s", (_, u) => {
  const publicKey = keyOf(u);
  // With A = 0 after the cofactor, s = 0 and R = identity are what a forger would try.
  const identity = concat(Uint8Array.of(1), new Uint8Array(63));

  for (const sign of [0, 0x80]) {
    for (const forged of [identity, new Uint8Array(64), signature]) {
      const signed = copyBytes(forged);
      signed[63] = ((signed[63] as number) & 0x7f) | sign;
      expect(verdict(publicKey, message, signed)).toBe(false);
    }
  }
});

test("the same key in a form that is not canonical does not verify", () => {
  const highBit = copyBytes(alice.publicKey);
  highBit[32] = (highBit[32] as number) | 0x80;

  expect(verdict(highBit as PublicKey, message, signature)).toBe(false);
});

test("a claim of the wrong length is no claim", () => {
  const u = alice.publicKey.slice(1);
  for (const [key, signed] of [
    [u.subarray(1), signature],
    [alice.publicKey, signature],
    [u, signature.subarray(1)],
  ] as const) {
    expect(toEd25519Claim(key, signed)).toBeUndefined();
  }
  expect(verifyEd25519(u.subarray(1), message, signature)).toBe(false);
  expect(verifyEd25519(u, message, signature.subarray(1))).toBe(false);
});

/** What both verifiers say; they must agree. */
function verdict(publicKey: PublicKey, message: Bytes, signature: Bytes): boolean {
  const stepped = run(verifyXeddsa(publicKey, message, signature), noblePrimitives);
  expect(verifySignature(publicKey, message, signature)).toBe(stepped);
  return stepped;
}

function keyOf(u: bigint): PublicKey {
  const key = parsePublicKey(concat(Uint8Array.of(5), numberToBytesLE(u, 32)));
  if (key === undefined) throw new Error("it is well-formed");
  return key;
}

function withoutSign(signature: Bytes): Bytes {
  const plain = copyBytes(signature);
  plain[63] = (plain[63] as number) & 0x7f;
  return plain;
}
