import { concat } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareScannable, fingerprint, partyOf } from "./fingerprint.ts";
import { generateKeyPair, type PublicKey } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { ProtobufWriter } from "./protobuf.ts";
import { eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("fingerprints");
const alice = partyOf(newKey());
const bob = partyOf(newKey());
const alices = fingerprint(alice, bob);
const bobs = fingerprint(bob, alice);

test("both people read the same sixty digits and scan each other's code", () => {
  expect(alices.displayable).toMatch(/^\d{60}$/);
  expect(alices.displayable).toBe(bobs.displayable);
  expect(compareScannable(alices, bobs.scannable)).toBe("match");
  expect(compareScannable(bobs, alices.scannable)).toBe("match");
});

test("one's own code, and that of somebody in between, do not match", () => {
  const mallory = partyOf(newKey());

  expect(compareScannable(alices, alices.scannable)).toBe("mismatch");
  for (const seen of [fingerprint(mallory, alice), fingerprint(bob, mallory)]) {
    expect(compareScannable(alices, seen.scannable)).toBe("mismatch");
    expect(seen.displayable).not.toBe(alices.displayable);
  }
});

test("the number depends on the id and on the key", () => {
  const renamed = { ...alice, id: toUtf8("somebody else") };
  const rekeyed = { ...alice, identityKey: newKey() };

  for (const other of [renamed, rekeyed]) {
    expect(fingerprint(other, bob).displayable).not.toBe(alices.displayable);
    expect(compareScannable(bobs, fingerprint(other, bob).scannable)).toBe("mismatch");
  }
});

test("a code of another version says so, and what is no code at all is malformed", () => {
  const half = new ProtobufWriter().bytes(1, random(32)).finish();
  const code = (version: number | undefined, local: Uint8Array | undefined) =>
    new ProtobufWriter().u32(1, version).bytes(2, local).bytes(3, half).finish();

  expect(compareScannable(alices, code(2, half))).toBe("mismatch");
  for (const version of [0, 1, 3]) expect(compareScannable(alices, code(version, half))).toBe("other-version");
  expect(compareScannable(alices, code(undefined, half))).toBe("malformed");
  expect(compareScannable(alices, code(2, undefined))).toBe("malformed");
  for (const length of [0, 31, 33]) {
    expect(compareScannable(alices, code(2, new ProtobufWriter().bytes(1, random(length)).finish()))).toBe("malformed");
  }
});

test("a code cut short is malformed, and noise never throws", () => {
  for (const cut of eachTruncation(bobs.scannable)) expect(compareScannable(alices, cut)).toBe("malformed");
  fc.assert(fc.property(fc.uint8Array(), (noise) => compareScannable(alices, noise) !== "match"));
  expect(compareScannable(alices, concat(bobs.scannable, Uint8Array.of(0xff)))).toBe("malformed");
});

function newKey(): PublicKey {
  return run(generateKeyPair(random), noblePrimitives).publicKey;
}
