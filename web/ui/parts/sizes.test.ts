import { expect, test } from "vitest";
import { sizeOf } from "./sizes.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_500, "1.5 kB"],
  [37_400_000, "37 MB"],
  [41_000_000_000, "41 GB"],
  [3e15, "3,000 TB"],
])("%i bytes are %s", (bytes, words) => {
  expect(sizeOf(bytes, { locale: "en-GB" })).toBe(words);
});

test("numbers are the reader's", () => {
  expect(sizeOf(1_500_000, { locale: "de" })).toBe("1,5 MB");
});
