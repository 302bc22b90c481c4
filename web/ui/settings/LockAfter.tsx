import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { useView } from "../app/use-view.ts";
import { Choice, Choices } from "../parts/Choices.tsx";
import css from "./Settings.module.css";

const MINUTES = [1, 5, 15, 60] as const;

/** How long nobody may be there before locked mode locks by itself. */
export function LockAfter() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const chosen = useView({ view: "settings" })?.lockAfterMinutes;
  return (
    <>
      <Choices label={t("settings.lockAfter")}>
        {MINUTES.map((minutes) => (
          <Choice
            key={minutes}
            label={t("settings.lockAfterMinutes", { count: minutes })}
            isChosen={minutes === chosen}
            onChoose={() => perform(client.updateSettings({ lockAfterMinutes: minutes }))}
          />
        ))}
      </Choices>
      <p className={css["soft"]}>{t("settings.lockAfterHint")}</p>
    </>
  );
}
