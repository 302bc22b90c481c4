import { createInstance, type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json" with { type: "json" };

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    resources: { ui: typeof en };
  }
}

/** The words of the interface. Every string is in en.json; React escapes them, so i18next does not. */
export function buildI18n(): i18n {
  const words = createInstance();
  // The words are in the bundle: init is done when it returns.
  void words.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "ui",
    resources: { en: { ui: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  });
  return words;
}
