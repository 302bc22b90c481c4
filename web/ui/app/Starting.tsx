import { useTranslation } from "react-i18next";
import { Sign } from "../parts/Wordmark.tsx";
import css from "./Starting.module.css";

export function Starting() {
  const { t } = useTranslation();
  return (
    <div className={css["starting"]} role="status" aria-label={t("app.starting")}>
      <Sign size={56} />
    </div>
  );
}
