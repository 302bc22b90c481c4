import { expect, test } from "vitest";
import { isLong } from "./fold.ts";

test("a text of more than 25 lines or 2,000 characters is long", () => {
  expect(isLong("line\n".repeat(24))).toBe(false);
  expect(isLong("line\n".repeat(25))).toBe(true);
  expect(isLong("a".repeat(2_000))).toBe(false);
  expect(isLong("a".repeat(2_001))).toBe(true);
});
