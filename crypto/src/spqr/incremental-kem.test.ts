import { copyBytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { noblePrimitives } from "../noble-primitives.ts";
import { ask, run } from "../primitives.ts";
import { encapsulateInTwo, splitKey } from "../testing/incremental-kem.ts";
import { seededRandom } from "../testing/random.ts";
import { decapsulate, encapsulateHead, encapsulateTail, kemKeyOf } from "./incremental-kem.ts";

const random = seededRandom("incremental kem");

test("in two parts comes out what comes out at once", () => {
  for (let i = 0; i < 50; i++) {
    const [seed, message] = [random(64), random(32)];
    const publicKey = run(ask({ op: "kem-public", size: 768, seed }), noblePrimitives);
    const whole = run(ask({ op: "kem-encaps-internal", size: 768, publicKey, message }), noblePrimitives);

    expect(run(kemKeyOf(seed), noblePrimitives)).toEqual(splitKey(publicKey));
    expect(encapsulateInTwo(splitKey(publicKey), message)).toEqual({
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
  const { ciphertext, secret } = encapsulateInTwo(run(kemKeyOf(seed), noblePrimitives), random(32)) ?? {};
  const changed = copyBytes(ciphertext ?? random(1088)).fill(0x55, 500, 501);

  const decapsulated = run(decapsulate(seed, changed.slice(0, 960), changed.slice(960)), noblePrimitives);

  expect(decapsulated).toHaveLength(32);
  expect(decapsulated).not.toEqual(secret);
});

test("a key whose coefficients are not below the modulus is refused, even where the header promises it", () => {
  const publicKey = run(ask({ op: "kem-public", size: 768, seed: random(64) }), noblePrimitives);
  const outside = copyBytes(publicKey).fill(0xff, 0, 3);

  expect(encapsulateInTwo(splitKey(outside), random(32))).toBeUndefined();
});

test("a first part that was kept wrongly is a mistake of the program", () => {
  const { header, vector } = run(kemKeyOf(random(64)), noblePrimitives);
  const message = random(32);

  expect(() => run(encapsulateTail(header, vector, message, random(960)), noblePrimitives)).toThrow();
});
