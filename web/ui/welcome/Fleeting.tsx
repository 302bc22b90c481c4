import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import css from "./CreateAccount.module.css";

/** Said before anything is written: a private window forgets everything when it closes. A guess, and no obstacle. */
export function Fleeting() {
  const { t } = useTranslation();
  const { looksFleeting } = useSurroundings();
  const [isFleeting, setFleeting] = useState(false);
  useEffect(() => {
    looksFleeting().then(setFleeting, () => undefined);
  }, [looksFleeting]);
  if (!isFleeting) return null;
  return (
    <p className={css["warning"]} role="status">
      <strong>{t("fleeting.title")}</strong> {t("fleeting.text")}
    </p>
  );
}
