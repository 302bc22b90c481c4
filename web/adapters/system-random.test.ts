import { expect, test } from "vitest";
import { systemRandom } from "./system-random.ts";

test("every part of a long answer is random", () => {
  const bytes = systemRandom(200_000);

  expect(bytes).toHaveLength(200_000);
  for (let start = 0; start < bytes.length; start += 1_000) {
    expect(new Set(bytes.subarray(start, start + 1_000)).size).toBeGreaterThan(100);
  }
});
