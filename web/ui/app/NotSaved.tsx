import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../parts/Button.tsx";
import css from "./NotSaved.module.css";

/** A command was rejected: the device cannot store. */
export function NotSaved({ onDismiss }: { readonly onDismiss: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={css["toast"]} role="alert">
      <p>{t("app.notSaved")}</p>
      <IconButton icon={X} label={t("app.dismiss")} onClick={onDismiss} />
    </div>
  );
}
