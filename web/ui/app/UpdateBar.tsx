import { X } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../parts/Button.tsx";
import { useAnnounced } from "./announcements.ts";
import css from "./Bar.module.css";
import { useSurroundings } from "./surroundings.ts";
import { useUpdate } from "./use-update.ts";

/** A newer version is ready. Only a press of the button loads it. */
export function UpdateBar() {
  const { t } = useTranslation();
  const { updates, perform } = useSurroundings();
  const isReady = useUpdate();
  const [isDismissed, setDismissed] = useState(false);
  const id = useId();
  const isShown = isReady && !isDismissed;
  useAnnounced(isShown ? t("update.ready") : "");
  if (!isShown) return null;
  return (
    <section className={css["bar"]} aria-labelledby={id} data-look="calm" data-region="bar">
      <span id={id}>{t("update.ready")}</span>
      <button type="button" className={css["action"]} onClick={() => perform(updates.load())}>
        {t("update.load")}
      </button>
      <IconButton icon={X} label={t("app.dismiss")} className={css["dismiss"]} onClick={() => setDismissed(true)} />
    </section>
  );
}
