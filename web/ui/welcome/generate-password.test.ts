import { expect, test } from "vitest";
import { generatePassword } from "./generate-password.ts";
import { WORDS } from "./password-words.ts";

test("a generated password is five words of the list", () => {
  const words = generatePassword((length) => crypto.getRandomValues(new Uint8Array(length))).split(" ");

  expect(words).toHaveLength(5);
  for (const word of words) expect(WORDS).toContain(word);
});

test("the list holds at least 1024 short words, each once", () => {
  expect(WORDS.length).toBeGreaterThanOrEqual(1024);
  expect(new Set(WORDS).size).toBe(WORDS.length);
  for (const word of WORDS) expect(word).toMatch(/^[a-z]{3,7}$/);
});

test("every word is as likely as any other", () => {
  const three = ["ant", "bee", "cat"];
  const counts = new Map(three.map((word) => [word, 0]));
  // Every draw of 16 bits once: an even split shows that no draw favours a word.
  let draw = 0;
  const everyDraw = () => {
    const bytes = Uint8Array.of((draw >> 8) & 0xff, draw & 0xff);
    draw++;
    return bytes;
  };

  for (let i = 0; i < 65_535 / 5; i++) {
    for (const word of generatePassword(everyDraw, three).split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
  }

  expect([...counts.values()]).toEqual([21_845, 21_845, 21_845]);
});

test("a draw beyond the last whole multiple is thrown away", () => {
  const draws = [Uint8Array.of(0xff, 0xff), ...[1, 0, 2, 1, 0].map((low) => Uint8Array.of(0, low))];

  expect(generatePassword(() => draws.shift() ?? new Uint8Array(2), ["ant", "bee", "cat"])).toBe("bee ant cat bee ant");
});
