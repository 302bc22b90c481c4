import { expect, test } from "vitest";
import { fileBytesOf, isSealedBytes, plainBytesOf, sealedRangeOf, shapeOf } from "./file-shape.ts";
import { FILE_CHUNK_BYTES, KIB, MAX_FILE_BYTES, MAX_RELAYED_FILE_BYTES } from "./limits.ts";

const LENGTHS = [
  ...[0, 1, 4 * KIB, 4 * KIB + 1, FILE_CHUNK_BYTES - 1, FILE_CHUNK_BYTES, FILE_CHUNK_BYTES + 1],
  ...[1_000_000, 20_000_000, MAX_RELAYED_FILE_BYTES - 1, MAX_RELAYED_FILE_BYTES, MAX_FILE_BYTES],
];

test("the chunks of a sealed file lie one behind the other, from the list to the end", () => {
  for (const length of LENGTHS) {
    const shape = shapeOf(length);
    const places = shape.chunks > 2000 ? [0, 1, shape.chunks - 1] : Array.from({ length: shape.chunks }, (_, i) => i);
    expect(sealedRangeOf(shape, 0).start).toBe(shape.listBytes);
    expect(sealedRangeOf(shape, shape.chunks - 1).end).toBe(shape.sealedBytes);
    for (const index of places.slice(1, 2)) {
      expect(sealedRangeOf(shape, index).start).toBe(sealedRangeOf(shape, index - 1).end);
    }
    if (places.length !== shape.chunks) continue;
    expect(places.reduce((sum, index) => sum + fileBytesOf(shape, index), 0)).toBe(length);
    expect(places.reduce((sum, index) => sum + plainBytesOf(shape, index), 0)).toBe(shape.paddedBytes);
  }
});

test("zeros make a file at most 12 % longer, and few lengths are left of many", () => {
  const lengths = Array.from({ length: 5_000 }, (_, i) => 100_000 + 997 * i);
  const padded = lengths.map((length) => shapeOf(length).paddedBytes);
  for (const [i, length] of lengths.entries()) {
    expect(padded[i]).toBeGreaterThanOrEqual(length);
    expect(padded[i]).toBeLessThanOrEqual(length * 1.12);
  }
  expect(new Set(padded).size).toBeLessThan(200);
});

test("a length is one of a sealed file, or it is not", () => {
  for (const length of LENGTHS) {
    const { sealedBytes } = shapeOf(length);
    expect(isSealedBytes(sealedBytes)).toBe(true);
    expect(isSealedBytes(sealedBytes - 1)).toBe(false);
    expect(isSealedBytes(sealedBytes + 1)).toBe(false);
  }
  for (const other of [-1, 0, 1, 48, 4 * KIB, Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 60]) {
    expect(isSealedBytes(other)).toBe(false);
  }
});

test("what is no length of a file is a bug", () => {
  for (const wrong of [-1, 0.5, Number.NaN, MAX_FILE_BYTES + 1]) expect(() => shapeOf(wrong)).toThrow(RangeError);
});
