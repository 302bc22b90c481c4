import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";

type Tree = { readonly [key: string]: string | Tree };

const en = read("en");
const de = read("de");
const PLAIN = "aeioucnszyAEIOUCNSZY";
const ACCENTED = "áéîöûçñšžýÁÉÎÖÛÇÑŠŽÝ";

/** A catalogue of words, and how to make a page use it. */
export type Words = {
  readonly say: (key: string) => string;
  readonly useIn: (page: Page) => Promise<void>;
};

export const english: Words = { say: sayer(en), useIn: async () => {} };

export const german: Words = { say: sayer(de), useIn: (page) => choose(page, "de") };

/** English with accents on every letter and 40 % more of it: what is cut, or not translated, shows. */
export const pseudo: Words = pseudoWords();

function pseudoWords(): Words {
  const catalogue = toPseudo(en);
  return {
    say: sayer(catalogue),
    async useIn(page) {
      // It comes in the place of German.
      const body = `export default JSON.parse(${JSON.stringify(JSON.stringify(catalogue))});`;
      await page.route(/\/assets\/de-[\w-]+\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body }));
      await choose(page, "de");
    },
  };
}

function read(language: string): Tree {
  const path = resolve(import.meta.dirname, `../../web/ui/i18n/${language}.json`);
  return JSON.parse(readFileSync(path, "utf8"));
}

async function choose(page: Page, language: string): Promise<void> {
  await page.addInitScript((chosen) => {
    if (location.protocol !== "about:") localStorage.setItem("tacit-language", chosen);
  }, language);
}

function sayer(catalogue: Tree): (key: string) => string {
  return (key) => {
    const found = key.split(".").reduce<string | Tree | undefined>((tree, part) => (tree as Tree)[part], catalogue);
    if (typeof found !== "string") throw new Error(`no such words: ${key}`);
    return found;
  };
}

function toPseudo(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, typeof value === "string" ? lengthen(value) : toPseudo(value)]),
  );
}

/** Values and names within the words stay as they are. */
function lengthen(words: string): string {
  const accented = words
    .split(/(\{\{\w+\}\}|<\w+\/>)/)
    .map((part, at) =>
      at % 2 === 1 ? part : [...part].map((letter) => ACCENTED[PLAIN.indexOf(letter)] ?? letter).join(""),
    )
    .join("");
  const more = Math.ceil(words.length * 0.4);
  return `${accented} ${"longer ".repeat(Math.ceil(more / 7)).slice(0, Math.max(more - 1, 0))}`.trim();
}
