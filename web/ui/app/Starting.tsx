import { useTranslation } from "react-i18next";
import { Sign } from "../parts/Wordmark.tsx";
import css from "./Starting.module.css";

export function Starting() {
  const { t } = useTranslation();
  return (
    <main className={css["starting"]} aria-label={t("app.starting")} aria-busy="true">
      <Sign size={56} />
    </main>
  );
}
