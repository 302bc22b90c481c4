import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Sign } from "../parts/Wordmark.tsx";
import css from "./NothingPicked.module.css";
import { paths } from "./paths.ts";

/** The main pane beside the list, or at an address that leads nowhere. */
export function NothingPicked({ isLost = false }: { readonly isLost?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={css["nothing"]}>
      <Sign size={44} />
      <p>{t(isLost ? "app.notFound" : "list.pick")}</p>
      {isLost ? <Link to={paths.list}>{t("app.toList")}</Link> : <Link to={paths.add}>{t("list.pickHint")}</Link>}
    </div>
  );
}
