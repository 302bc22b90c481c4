import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import type { PrimitiveCall } from "@tacit/crypto/primitives";
import { disputedClaims } from "@tacit/crypto/testing/ed25519-claims";
import { seededRandom } from "@tacit/crypto/testing/random";
import { type Bytes, fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { platformPrimitives } from "./platform-primitives.ts";
import { watchedSubtle } from "./testing/watched-subtle.ts";

const random = seededRandom("platform primitives");
const seed = random(64);
const publicKey = noblePrimitives({ op: "kem-public", size: 1024, seed }) as Bytes;
/** RFC 8032 §7.1, test 3. */
const CLAIM: PrimitiveCall = {
  op: "ed25519-verify",
  publicKey: fromHex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"),
  message: fromHex("af82"),
  signature: fromHex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ),
};

const CALLS: readonly (readonly [string, PrimitiveCall])[] = [
  ["deriveBits X25519", { op: "x25519", privateKey: random(32), publicKey: random(32) }],
  ["exportKey X25519", { op: "x25519-public", privateKey: random(32) }],
  ["verify Ed25519", CLAIM],
  ["exportKey ML-KEM-1024", { op: "kem-public", size: 1024, seed }],
  ["encapsulateBits ML-KEM-1024", { op: "kem-encaps", size: 1024, publicKey, coins: random(32) }],
  ["decapsulateBits ML-KEM-768", { op: "kem-decaps", size: 768, seed, ciphertext: random(1088) }],
];

test.each(CALLS)("%s is the platform's work, after a question whose answer is known", async (name, call) => {
  const { subtle, asked } = watchedSubtle();
  const primitives = platformPrimitives(subtle);

  await primitives(call);
  const first = count(asked, name);
  await primitives(call);

  expect(first).toBeGreaterThan(1);
  expect(count(asked, name)).toBe(first + 1);
});

test.each(CALLS)("a platform whose %s goes wrong is not believed", async (name, call) => {
  const wrong = (asked: string, answer: unknown) => (asked === name ? spoiled(answer) : answer);
  const { subtle, asked } = watchedSubtle(wrong);
  const primitives = platformPrimitives(subtle);

  const answer = await primitives(call);
  const probes = count(asked, name);

  expect(answer).toEqual(noblePrimitives(call));
  await primitives(call);
  expect(count(asked, name)).toBe(probes);
});

test.each(CALLS)("a platform without %s leaves it to noble", async (name, call) => {
  const { subtle } = watchedSubtle((asked, answer) => {
    if (asked === name) throw new DOMException("unknown algorithm", "NotSupportedError");
    return answer;
  });

  expect(await platformPrimitives(subtle)(call)).toEqual(noblePrimitives(call));
});

test("a platform that verifies by the cofactored equation is not believed", async () => {
  const { subtle } = watchedSubtle((asked, answer) => (asked === "verify Ed25519" ? true : answer));
  const primitives = platformPrimitives(subtle);

  for (const disputed of disputedClaims().slice(0, 100)) {
    expect(await primitives(disputed)).toBe(noblePrimitives(disputed));
  }
});

test("without WebCrypto noble does everything", async () => {
  for (const [, call] of CALLS) expect(await platformPrimitives(undefined)(call)).toEqual(noblePrimitives(call));
});

function count(names: readonly string[], name: string): number {
  return names.filter((asked) => asked === name).length;
}

/** The wrong answer of the same kind. */
function spoiled(answer: unknown): unknown {
  if (typeof answer === "boolean") return !answer;
  if (answer instanceof ArrayBuffer) return new Uint8Array(answer).map((byte) => byte ^ 1).buffer;
  const { x, sharedKey, ...others } = answer as Record<string, unknown>;
  if (typeof x === "string") return { ...others, x: x.startsWith("A") ? `B${x.slice(1)}` : `A${x.slice(1)}` };
  return { ...others, sharedKey: spoiled(sharedKey) };
}
