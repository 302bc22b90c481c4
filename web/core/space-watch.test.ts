import { expect, test } from "vitest";
import { hasRoomFor, isNearlyFull } from "./space-watch.ts";

const MIB = 2 ** 20;
const left = (leftBytes: number, quotaBytes: number) => ({ usedBytes: quotaBytes - leftBytes, quotaBytes });

test.each([
  ["a large device", 100_000 * MIB, 64 * MIB],
  ["a small quota", 1_000 * MIB, 20 * MIB],
  ["a tiny quota", 100 * MIB, 8 * MIB],
])("%s is nearly full below its margin, and has room again a quarter above it", (_name, quota, margin) => {
  expect(isNearlyFull(left(margin, quota), false)).toBe(false);
  expect(isNearlyFull(left(margin - 1, quota), false)).toBe(true);
  expect(isNearlyFull(left(margin, quota), true)).toBe(true);
  expect(isNearlyFull(left(1.25 * margin, quota), true)).toBe(false);
});

test("a file leaves four times what messages stop at", () => {
  expect(hasRoomFor(100 * MIB, left(180 * MIB, 1_000 * MIB))).toBe(true);
  expect(hasRoomFor(100 * MIB, left(180 * MIB - 1, 1_000 * MIB))).toBe(false);
});

test("a browser that does not say has room", () => {
  expect(isNearlyFull(undefined, true)).toBe(false);
  expect(hasRoomFor(5_000 * MIB, undefined)).toBe(true);
});
