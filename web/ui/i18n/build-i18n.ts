import { createInstance, type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "./languages.ts";

// i18next's own types walk the nested words for each use; with many hundreds of them the compiler gives up. Here they
// are one list of whole keys, and for the types alone there is no separator.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    keySeparator: false;
    resources: { ui: Record<WholeKey<Words>, string> };
  }
}

type Words = typeof import("./en.json");
type WholeKey<Part, Before extends string = ""> = {
  [Key in keyof Part & string]: Part[Key] extends string ? `${Before}${Key}` : WholeKey<Part[Key], `${Before}${Key}.`>;
}[keyof Part & string];

/** Each language is a chunk of its own: nobody waits for words that they do not read. */
const CATALOGUES: Record<Language, () => Promise<Words>> = {
  en: async () => (await import("./en.json")).default,
  de: async () => (await import("./de.json")).default,
};
const LAST_RESORT: Language = "en";

/** The words of the interface, in `language`. React escapes them, so i18next does not. */
export async function buildI18n(language: Language): Promise<i18n> {
  const words = createInstance();
  await words.use(initReactI18next).init({
    lng: language,
    fallbackLng: LAST_RESORT,
    defaultNS: "ui",
    resources: {},
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  });
  if (!(await speak(words, language)) && language !== LAST_RESORT) await speak(words, LAST_RESORT);
  return words;
}

/**
 * Turns to another language, for the page too: for hyphens, quotation marks and screen readers. False, and nothing
 * changes, where its chunk does not come; the next start tries again.
 */
export async function speak(words: i18n, language: Language): Promise<boolean> {
  if (!words.hasResourceBundle(language, "ui")) {
    try {
      words.addResourceBundle(language, "ui", await CATALOGUES[language]());
    } catch {
      return false;
    }
  }
  await words.changeLanguage(language);
  document.documentElement.lang = language;
  return true;
}
