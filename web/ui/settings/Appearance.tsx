import type { Settings } from "@tacit/web/core/views";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { applyContrast, isContrastHigh } from "../app/appearance.ts";
import { useLanguage } from "../app/use-language.ts";
import { isLanguage, LANGUAGES } from "../i18n/languages.ts";
import { Choice, Choices } from "../parts/Choices.tsx";
import { Switch } from "../parts/Switch.tsx";

type Theme = Settings["theme"];
type AppearanceProps = { readonly theme: Theme; readonly onTheme: (theme: Theme) => void };

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** How Tacit looks and speaks on this device. */
export function Appearance({ theme, onTheme }: AppearanceProps) {
  const { t } = useTranslation();
  const [isHigh, setHigh] = useState(isContrastHigh);
  const [language, chooseLanguage] = useLanguage();
  return (
    <>
      <Choices label={t("settings.theme")}>
        {THEMES.map((one) => (
          <Choice
            key={one}
            label={t(`settings.themes.${one}`)}
            isChosen={theme === one}
            onChoose={() => onTheme(one)}
          />
        ))}
      </Choices>
      <Switch
        label={t("settings.contrast")}
        hint={t("settings.contrastHint")}
        isOn={isHigh}
        onChange={(next) => {
          setHigh(next);
          applyContrast(next);
        }}
      />
      <Choices label={t("settings.language")}>
        <Choice
          label={t("settings.languageSystem")}
          isChosen={language === "system"}
          onChoose={() => chooseLanguage("system")}
        />
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <Choice
            key={tag}
            label={<span lang={tag}>{name}</span>}
            isChosen={language === tag}
            onChoose={() => isLanguage(tag) && chooseLanguage(tag)}
          />
        ))}
      </Choices>
    </>
  );
}
