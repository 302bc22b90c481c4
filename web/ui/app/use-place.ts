import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { localeOf } from "../i18n/languages.ts";
import type { Place } from "../parts/times.ts";

/** Where the reader is, for dates and times: they speak the language of the page. */
export function usePlace(): Place {
  const { language } = useTranslation().i18n;
  return useMemo(() => ({ locale: localeOf(language, navigator.languages) }), [language]);
}
