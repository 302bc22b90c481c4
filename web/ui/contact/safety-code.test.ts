import { expect, test } from "vitest";
import { digitGroups, parseSafetyCode, toSafetyCode } from "./safety-code.ts";

test("what one screen shows, the other reads", () => {
  const scannable = Uint8Array.of(8, 1, 18, 34, 255, 0);

  expect(parseSafetyCode(toSafetyCode(scannable))).toEqual(scannable);
});

test("another QR code is not a safety number", () => {
  for (const text of ["", "https://example.org", "tacit-safety:***", "WIFI:S:x;;"]) {
    expect(parseSafetyCode(text)).toBeUndefined();
  }
});

test("sixty digits are read in twelve groups of five", () => {
  const groups = digitGroups("0123456789".repeat(6));

  expect(groups).toHaveLength(12);
  expect(groups.slice(0, 3)).toEqual(["01234", "56789", "01234"]);
});
