import { expect, test } from "vitest";
import { hueOf, initials, plainName } from "./plain-name.ts";

test("a name cannot turn around the text beside it", () => {
  expect(plainName("Alex\u202e gnp.exe")).toBe("Alex gnp.exe");
  expect(plainName("\u2067Bea\u2069\u0007 ")).toBe("Bea");
});

test("a name does not push its end out of sight by blanks", () => {
  expect(plainName(`photo.jpg${"\u00a0\u2003 ".repeat(40)}.exe`)).toBe("photo.jpg .exe");
  expect(plainName(`photo.jpg${"\u2800\u3164".repeat(40)}.exe`)).toBe("photo.jpg .exe");
});

test("an avatar shows the first letters of the first and the last word", () => {
  expect(initials("alex")).toBe("A");
  expect(initials("Ana María Ruiz")).toBe("AR");
  expect(initials("ليلى حداد")).toBe("لح");
  expect(initials("👩‍🚀 Sally")).toBe("S");
  expect(initials("  ")).toBe("");
});

test("a colour belongs to one person", () => {
  expect(hueOf("contact-1")).toBe(hueOf("contact-1"));
  expect(hueOf("contact-1")).not.toBe(hueOf("contact-2"));
});
