import { existsSync, readFileSync } from "node:fs";
import { sha3_256 } from "@noble/hashes/sha3.js";
import { type Bytes, concat, copyBytes, fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { noblePrimitives } from "../noble-primitives.ts";
import { ask, run } from "../primitives.ts";
import { seededRandom } from "../testing/random.ts";
import { decapsulate, encapsulateHead, encapsulateTail, type KemKey, kemKeyOf } from "./incremental-kem.ts";

const random = seededRandom("incremental kem");

function keyOf(publicKey: Bytes): KemKey {
  return { vector: publicKey.slice(0, 1152), header: concat(publicKey.subarray(1152), sha3_256(publicKey)) };
}

function inTwoParts({ header, vector }: KemKey, message: Bytes): { ciphertext: Bytes; secret: Bytes } | undefined {
  const { ct1, secret } = encapsulateHead(header, message);
  const ct2 = run(encapsulateTail(header, vector, message, ct1), noblePrimitives);
  return ct2 && { ciphertext: concat(ct1, ct2), secret };
}

test("in two parts comes out what comes out at once", () => {
  for (let i = 0; i < 50; i++) {
    const [seed, message] = [random(64), random(32)];
    const { publicKey } = run(ask({ op: "kem-keygen", size: 768, seed }), noblePrimitives);
    const whole = run(ask({ op: "kem-encaps", size: 768, publicKey, message }), noblePrimitives);

    expect(run(kemKeyOf(seed), noblePrimitives)).toEqual(keyOf(publicKey));
    expect(inTwoParts(keyOf(publicKey), message)).toEqual({
      ciphertext: whole?.ciphertext,
      secret: whole?.sharedSecret,
    });
  }
});

test("the first part is fixed before the vector is known", () => {
  const { header } = run(kemKeyOf(random(64)), noblePrimitives);
  const message = random(32);
  const { ct1 } = encapsulateHead(header, message);

  expect(ct1).toHaveLength(960);
  expect(run(encapsulateTail(header, random(1152), message, ct1), noblePrimitives)).toBeUndefined();
});

test("both ends hold one secret", () => {
  const seed = random(64);
  const { header, vector } = run(kemKeyOf(seed), noblePrimitives);
  const message = random(32);
  const { ct1, secret } = encapsulateHead(header, message);
  const ct2 = run(encapsulateTail(header, vector, message, ct1), noblePrimitives) ?? random(128);

  expect(run(decapsulate(seed, ct1, ct2), noblePrimitives)).toEqual(secret);
});

test("a changed ciphertext gives an unrelated secret and no error", () => {
  const seed = random(64);
  const { ciphertext, secret } = inTwoParts(run(kemKeyOf(seed), noblePrimitives), random(32)) ?? {};
  const changed = copyBytes(ciphertext ?? random(1088)).fill(0x55, 500, 501);

  const decapsulated = run(decapsulate(seed, changed.slice(0, 960), changed.slice(960)), noblePrimitives);

  expect(decapsulated).toHaveLength(32);
  expect(decapsulated).not.toEqual(secret);
});

test("a first part that was kept wrongly is a mistake of the program", () => {
  const { header, vector } = run(kemKeyOf(random(64)), noblePrimitives);
  const message = random(32);

  expect(() => run(encapsulateTail(header, vector, message, random(960)), noblePrimitives)).toThrow();
});

type Vector = {
  readonly ek: string;
  readonly m: string;
  readonly c: string;
  readonly K: string;
  readonly result: string;
};

/** Wycheproof lies beside the checkout; without it there is nothing to compare with, except in CI, where it must be. */
function wycheproof(): readonly Vector[] {
  const file = new URL("../../../../shared/vectors/wycheproof/mlkem_768_encaps_test.json", import.meta.url);
  if (!existsSync(file) && process.env["CI"] !== "true") {
    console.warn("no Wycheproof vectors beside the checkout: incremental ML-KEM is compared with noble only");
    return [];
  }
  const { testGroups } = JSON.parse(readFileSync(file, "utf8")) as { testGroups: readonly { tests: Vector[] }[] };
  return testGroups.flatMap(({ tests }) => tests);
}

test("Wycheproof's encapsulations come out in two parts, and its malformed keys are refused", (context) => {
  const vectors = wycheproof();
  if (vectors.length === 0) context.skip();

  for (const { ek, m, c, K, result } of vectors) {
    const publicKey = fromHex(ek);
    // A key of another length never gets here: the erasure code gives 1152 bytes and the header 32.
    if (publicKey.length !== 1184) continue;
    const made = inTwoParts(keyOf(publicKey), fromHex(m));
    expect(made).toEqual(result === "valid" ? { ciphertext: fromHex(c), secret: fromHex(K) } : undefined);
  }
  expect(vectors.filter(({ result }) => result === "valid")).toHaveLength(133);
});
