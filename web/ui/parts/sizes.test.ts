import { expect, test } from "vitest";
import { sizeText } from "./sizes.ts";

test("a size is said in the unit that people use for it, in their language", () => {
  const said = [0, 999, 1_000, 45_600, 3_240_000, 123_456_789, 2_500_000_000].map((bytes) =>
    sizeText(bytes, { locale: "en-GB" }),
  );
  expect(said).toEqual(["0 byte", "999 byte", "1 kB", "46 kB", "3.2 MB", "123 MB", "2.5 GB"]);
  expect(sizeText(3_240_000, { locale: "de-DE" })).toBe("3,2 MB");
});
