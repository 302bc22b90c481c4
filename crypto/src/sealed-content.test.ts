import { type Bytes, concat } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import fc from "fast-check";
import { expect, test } from "vitest";
import { generateKeyPair } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { ProtobufWriter } from "./protobuf.ts";
import { encodeSealedContent, MIN_PADDING_BYTES, padSealedContent, parseSealedContent } from "./sealed-content.ts";
import { issueSenderCertificate } from "./sender-certificate.ts";
import { eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import { accountIdOf } from "./verify.ts";

const random = seededRandom("sealed content");
const identity = run(generateKeyPair(random), noblePrimitives);
const accountId = accountIdOf(identity.publicKey);
const certificate = issueSenderCertificate({ accountId, deviceId: 9 as DeviceId, expiresAtMs: 1, identity }, random);
const content = encodeSealedContent({ kind: "prekey", certificate, message: random(40), contentHint: "implicit" });

test("content reads the same with any amount of padding, and has exactly that amount", () => {
  const honest = parseSealedContent(content);
  // A length prefix of a field grows at 128 and at 16384 bytes.
  const amounts = [...range(MIN_PADDING_BYTES, 300), ...range(16_370, 16_400), 65_000];

  expect(honest?.kind).toBe("prekey");
  for (const amount of amounts) {
    const padded = padSealedContent(content, content.length + amount);
    expect(padded).toHaveLength(content.length + amount);
    expect(parseSealedContent(padded)).toEqual(honest);
  }
});

test("padding needs room for one field", () => {
  for (const amount of [-1, 0, 1, MIN_PADDING_BYTES - 1]) {
    expect(() => padSealedContent(content, content.length + amount)).toThrow(RangeError);
  }
});

test("unknown fields and group ids are skipped, an unknown hint counts as none", () => {
  const extended = concat(content, new ProtobufWriter().u32(4, 77).bytes(5, random(32)).bytes(6, random(3)).finish());

  expect(parseSealedContent(extended)).toEqual({ ...parseSealedContent(content), contentHint: "default" });
});

test.each([0, 3, 7, 8, 9, 2 ** 32 - 1])("content of kind %i is not one of ours", (kind) => {
  expect(parseSealedContent(encode(kind, certificate, random(3)))).toBeUndefined();
});

test("content without its kind, its certificate or its message is not content", () => {
  expect(parseSealedContent(encode(2, certificate, random(3)))).toBeDefined();
  expect(parseSealedContent(encode(undefined, certificate, random(3)))).toBeUndefined();
  expect(parseSealedContent(encode(2, undefined, random(3)))).toBeUndefined();
  expect(parseSealedContent(encode(2, certificate, undefined))).toBeUndefined();
});

test("content cut short or made of noise is refused and never throws", () => {
  const minimal = encode(2, certificate, random(3));

  for (const cut of eachTruncation(minimal)) expect(parseSealedContent(cut)).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => parseSealedContent(noise) === undefined));
});

function encode(kind: number | undefined, certificate: Bytes | undefined, message: Bytes | undefined): Bytes {
  return new ProtobufWriter().u32(1, kind).bytes(2, certificate).bytes(3, message).finish();
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
