import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isAside } from "../conversations/listed.ts";
import { useView } from "./use-view.ts";

/** "(3) Tacit" while three conversations have unread messages, those put aside not counted. */
export function useTitle(): void {
  const { t } = useTranslation();
  const unread = useView({ view: "conversations" })?.filter((row) => row.unread > 0 && !isAside(row)).length ?? 0;
  useEffect(() => {
    document.title = unread > 0 ? t("app.unreadTitle", { count: unread }) : t("app.name");
    return () => {
      document.title = t("app.name");
    };
  }, [t, unread]);
}
