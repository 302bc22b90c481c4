import { type Bytes, concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { agree, generateKeyPair, parsePublicKey, toPrivateKey } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { type PrimitiveCall, run, runAsync } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("noble primitives");
const alice = run(generateKeyPair(random), noblePrimitives);
const bob = run(generateKeyPair(random), noblePrimitives);

test("two people agree on one secret, and a step ends alike whether answers come at once or later", async () => {
  const secret = run(agree(alice.privateKey, bob.publicKey), noblePrimitives);
  const later = async (call: PrimitiveCall) => noblePrimitives(call);

  expect(secret).toHaveLength(32);
  expect(run(agree(bob.privateKey, alice.publicKey), noblePrimitives)).toEqual(secret);
  expect(await runAsync(agree(bob.privateKey, alice.publicKey), later)).toEqual(secret);
});

test("there is no secret with a point of small order", () => {
  const coordinates: Bytes[] = [new Uint8Array(32), concat(Uint8Array.of(1), new Uint8Array(31))];
  for (const coordinate of coordinates) {
    const key = parsePublicKey(concat(Uint8Array.of(5), coordinate));
    expect(key && run(agree(alice.privateKey, key), noblePrimitives)).toBeUndefined();
  }
});

test("a public key is 33 bytes of type 0x05", () => {
  expect(parsePublicKey(alice.publicKey)).toEqual(alice.publicKey);
  for (const type of [0, 4, 6, 8]) expect(parsePublicKey(alice.publicKey.slice().fill(type, 0, 1))).toBeUndefined();
  for (const length of [0, 1, 32]) expect(parsePublicKey(alice.publicKey.subarray(0, length))).toBeUndefined();
  expect(parsePublicKey(concat(alice.publicKey, Uint8Array.of(0)))).toBeUndefined();
});

test("a private key is clamped, whatever bytes it is made of", () => {
  for (const fill of [0x00, 0xff]) {
    const key = toPrivateKey(new Uint8Array(32).fill(fill));
    expect([(key[0] as number) & 7, (key[31] as number) >> 6]).toEqual([0, 1]);
  }
  expect(() => toPrivateKey(new Uint8Array(31))).toThrow(RangeError);
});

test("a call that does not exist throws", () => {
  expect(() => noblePrimitives({ op: "rot13" } as unknown as PrimitiveCall)).toThrow("no such primitive");
});
