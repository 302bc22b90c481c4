import { QrCode, UserPlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { paths } from "../app/paths.ts";
import button from "../parts/Button.module.css";
import { classes } from "../parts/classes.ts";
import css from "./EmptyList.module.css";

export function EmptyList() {
  const { t } = useTranslation();
  return (
    <div className={css["empty"]}>
      <h2>{t("list.emptyTitle")}</h2>
      <p>{t("list.emptyText")}</p>
      <Link to={paths.cards} className={classes(button["button"], button["primary"], button["wide"])}>
        <QrCode size={18} aria-hidden="true" />
        {t("cards.create")}
      </Link>
      <Link to={paths.add} className={classes(button["button"], button["quiet"], button["wide"])}>
        <UserPlus size={18} aria-hidden="true" />
        {t("list.add")}
      </Link>
    </div>
  );
}
