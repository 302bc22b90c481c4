import { createInstance, type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json" with { type: "json" };
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

type Words = typeof en;
type WholeKey<Part, Before extends string = ""> = {
  [Key in keyof Part & string]: Part[Key] extends string ? `${Before}${Key}` : WholeKey<Part[Key], `${Before}${Key}.`>;
}[keyof Part & string];

/** Other languages come in chunks of their own; English is there for when one does not come. */
const OTHERS: Record<Exclude<Language, "en">, () => Promise<Words>> = {
  de: async () => (await import("./de.json", { with: { type: "json" } })).default,
};

/** The words of the interface, in `language`. React escapes them, so i18next does not. */
export async function buildI18n(language: Language): Promise<i18n> {
  const words = createInstance();
  await words.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "ui",
    resources: { en: { ui: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  });
  await speak(words, language);
  return words;
}

/** Turns to another language. The page says so of itself, for hyphens, quotation marks and screen readers. */
export async function speak(words: i18n, language: Language): Promise<void> {
  if (language !== "en" && !words.hasResourceBundle(language, "ui")) {
    try {
      words.addResourceBundle(language, "ui", await OTHERS[language]());
    } catch {
      // Its chunk did not come: the page stays readable, and tries again at the next start.
      return;
    }
  }
  await words.changeLanguage(language);
  document.documentElement.lang = language;
}
