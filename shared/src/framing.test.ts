import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, encode } from "./codec.ts";
import { isWellFramed } from "./framing.ts";

const plain = fc.object({
  maxDepth: 5,
  values: [
    fc.string(),
    fc.double(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }),
  ],
});

test("whatever the codec writes is well framed", () => {
  fc.assert(fc.property(plain, (value) => isWellFramed(encode(value))));
});

test("a value that is cut short, or has a tail, is not", () => {
  fc.assert(
    fc.property(plain, fc.nat(), (value, at) => {
      const encoded = encode(value);
      const cut = encoded.slice(0, at % encoded.length);
      const tailed = new Uint8Array([...encoded, 0xc0]);

      return !isWellFramed(cut) && !isWellFramed(tailed);
    }),
  );
});

test("nobody makes the decoder allocate by promising arrays within arrays", () => {
  const promises = new Uint8Array(300 * 1024);
  for (let at = 0; at + 3 <= promises.length; at += 3) promises.set([0xdc, 0x27, 0x10], at);

  const before = process.memoryUsage().rss;
  const decoded = decode(promises, promises.length);

  expect(decoded).toEqual({ ok: false, reason: "malformed" });
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});

test.each([
  ["an array of four thousand million", [0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0]],
  ["a map of more than there is", [0xdf, 0x00, 0x00, 0x00, 0x02, 0xc0, 0xc0]],
  ["a text of more than there is", [0xdb, 0x00, 0x00, 0x00, 0x02, 0x61]],
  ["the byte that is never used", [0xc1]],
  ["an extension of more than there is", [0xc7, 0x02, 0x00, 0x00]],
  ["nothing", []],
])("%s is refused", (_name, bytes) => {
  expect(isWellFramed(Uint8Array.from(bytes))).toBe(false);
});

test("extensions are walked over", () => {
  const forms = [
    [0xd4, 0x00, 0x00],
    [0xc7, 0x01, 0x00, 0x00],
    [0xc8, 0x00, 0x01, 0x00, 0x00],
    [0xc9, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00],
  ];

  for (const form of forms) expect(isWellFramed(Uint8Array.from([0x92, ...form, 0xc0]))).toBe(true);
});

test("thirty-two levels are the deepest", () => {
  const nested = (levels: number) => Uint8Array.from([...Array<number>(levels).fill(0x91), 0xc0]);

  expect(isWellFramed(nested(32))).toBe(true);
  expect(isWellFramed(nested(33))).toBe(false);
});

test("a limit on values counts all of them, however they are nested", () => {
  const nested = encode({ posts: [[1, 2], { three: 3 }, "four"] });

  expect(isWellFramed(nested, 10)).toBe(true);
  expect(isWellFramed(nested, 9)).toBe(false);
  expect(isWellFramed(encode(new Uint8Array(1_000)), 1)).toBe(true);
});

test("any bytes at all get an answer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const isDecoded = decode(bytes, 1000).ok;
      return typeof isWellFramed(bytes) === "boolean" && (!isDecoded || isWellFramed(bytes));
    }),
  );
});
