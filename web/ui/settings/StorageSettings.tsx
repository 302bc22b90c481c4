import { HardDrive } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { usePlace } from "../app/use-place.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { sizeOf } from "../parts/sizes.ts";
import { Action } from "./Action.tsx";
import css from "./Settings.module.css";

/** What Tacit takes in this browser, what is left, and whether the browser may clear it by itself. */
export function StorageSettings() {
  const { t } = useTranslation();
  const place = usePlace();
  const { client, perform } = useSurroundings();
  const storage = useView({ view: "storage" });
  const [isRefused, setRefused] = useState(false);
  if (storage === undefined) return null;
  const { isPersisted, isNearlyFull, usedBytes, leftBytes } = storage;

  async function ask() {
    setRefused(!(await client.persistStorage()));
  }

  return (
    <>
      {isNearlyFull && (
        <p role="status">
          <strong>{t("storage.full")}</strong> {t("storage.fullText")}
        </p>
      )}
      {usedBytes !== undefined && leftBytes !== undefined && (
        <p>{t("storage.room", { used: sizeOf(usedBytes, place), left: sizeOf(leftBytes, place) })}</p>
      )}
      {isPersisted ? (
        <p className={css["soft"]}>{t("storage.kept")}</p>
      ) : (
        <Action hint={t(isRefused ? "storage.refused" : "storage.notKept")}>
          <Button icon={HardDrive} onClick={() => perform(ask())}>
            {t("storage.ask")}
          </Button>
        </Action>
      )}
    </>
  );
}
