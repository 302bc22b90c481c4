import { useState } from "react";
import { useTranslation } from "react-i18next";
import { speak } from "../i18n/build-i18n.ts";
import { isLanguage, type Language, pickLanguage } from "../i18n/languages.ts";
import { keepLanguage, keptLanguage } from "./appearance.ts";

type LanguageChoice = "system" | Language;

/** The language that was chosen, and how to choose another: the page turns to it at once. */
export function useLanguage(): [LanguageChoice, (choice: LanguageChoice) => void] {
  const { i18n } = useTranslation();
  const [choice, setChoice] = useState<LanguageChoice>(() => {
    const kept = keptLanguage();
    return kept !== undefined && isLanguage(kept) ? kept : "system";
  });
  function choose(next: LanguageChoice): void {
    const kept = next === "system" ? undefined : next;
    keepLanguage(kept);
    setChoice(next);
    void speak(i18n, pickLanguage(kept, navigator.languages));
  }
  return [choice, choose];
}
