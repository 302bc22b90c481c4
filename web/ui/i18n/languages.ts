/** The languages that the interface speaks, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** The chosen language, or else the first of the preferred ones that there is. `preferred`: as `navigator.languages`. */
export function pickLanguage(chosen: string | undefined, preferred: readonly string[]): Language {
  const wanted = [chosen ?? "", ...preferred].map((tag) => tag.split("-")[0] ?? "");
  return wanted.find(isLanguage) ?? "en";
}

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}

/** For dates and times in `language`: the preferred locale of that language, because "en-GB" writes 14:02 and "en-US" 2:02 PM. */
export function localeOf(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}
