import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import de from "./de.json" with { type: "json" };
import en from "./en.json" with { type: "json" };
import { localeOf, pickLanguage } from "./languages.ts";

// Both catalogues have the same shape: a key that one lacks does not compile.
const catalogues = [en, de satisfies typeof en] satisfies readonly (typeof de)[];
const [english = {}, german = {}] = catalogues.map((words) => Object.fromEntries(flatten(words)));

test("German says everything that English says, and nothing else", () => {
  expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  for (const [key, words] of Object.entries(german)) expect(words.trim(), key).not.toBe("");
});

test("German fills in the same values and the same names", () => {
  const filled = (words: string) => [...words.matchAll(/\{\{\w+\}\}|<\w+\/>/g)].map(String).sort();

  for (const [key, words] of Object.entries(german)) expect(filled(words), key).toEqual(filled(english[key] ?? ""));
});

test("each word that counts has every plural form of its language", () => {
  for (const [language, words] of [
    ["en", english],
    ["de", german],
  ] as const) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    const plurals = Map.groupBy(
      Object.keys(words).filter((key) => /_(?:zero|one|two|few|many|other)$/.test(key)),
      (key) => key.replace(/_\w+$/, ""),
    );
    for (const [key, found] of plurals) {
      expect(found.map((form) => form.slice(key.length + 1)).sort(), `${language} ${key}`).toEqual(forms);
    }
  }
});

test("every string is said somewhere", () => {
  const folder = join(import.meta.dirname, "..");
  const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|\.tsc/.test(path))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
  const said = new Set([...source.matchAll(/["'`]([\w.-]+)["'`]/g)].map(([, key]) => key));
  const patterns = [...source.matchAll(/`([\w.-]+\.)\$\{[^}]*\}([\w.-]*)`/g)].map(
    ([, start = "", end = ""]) => new RegExp(`^${start.replaceAll(".", "\\.")}[\\w-]+${end.replaceAll(".", "\\.")}$`),
  );

  const unsaid = Object.keys(english)
    .map((key) => key.replace(/_(?:one|other)$/, ""))
    .filter((key) => !said.has(key) && !patterns.some((pattern) => pattern.test(key)));

  expect(unsaid).toEqual([]);
});

test("the language is the chosen one, else the first preferred one that there is", () => {
  expect(pickLanguage("de", ["en-GB"])).toBe("de");
  expect(pickLanguage(undefined, ["fr-FR", "de-AT", "en"])).toBe("de");
  expect(pickLanguage("xx", ["en-US"])).toBe("en");
  expect(pickLanguage(undefined, ["fr"])).toBe("en");
});

test("dates follow the region of the reader where it speaks the language", () => {
  expect(localeOf("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
  expect(localeOf("de", ["en-GB"])).toBe("de");
});

function flatten(words: object, prefix = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  );
}
