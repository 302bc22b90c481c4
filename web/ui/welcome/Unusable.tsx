import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Entrance } from "./Entrance.tsx";

/** This browser lets us store nothing: without that no message could be kept. */
export function Unusable() {
  const { t } = useTranslation();
  const { updates } = useSurroundings();
  return (
    <Entrance title={t("unusable.title")} text={t("unusable.text")}>
      <p>{t("unusable.advice")}</p>
      <Button look="primary" onClick={() => void updates.load()}>
        {t("app.reload")}
      </Button>
    </Entrance>
  );
}
