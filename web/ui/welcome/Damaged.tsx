import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { goToStep } from "../app/use-back-step.ts";
import { Button } from "../parts/Button.tsx";
import { Entrance } from "./Entrance.tsx";
import { EraseDevice } from "./EraseDevice.tsx";

export function Damaged() {
  const { t } = useTranslation();
  const { updates } = useSurroundings();
  return (
    <Entrance title={t("damaged.title")} text={t("damaged.text")}>
      <p>{t("damaged.advice")}</p>
      <Button look="primary" onClick={() => void updates.load()}>
        {t("app.reload")}
      </Button>
      <EraseDevice onErased={() => goToStep("come-back")} />
    </Entrance>
  );
}
