import { KeyRound, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useRoute } from "wouter";
import { useAnnounced } from "../app/announcements.ts";
import { paths } from "../app/paths.ts";
import { useView } from "../app/use-view.ts";
import { IconButton } from "../parts/Button.tsx";
import css from "./RecoveryBanner.module.css";

/** Below the conversations: that the recovery key is not kept yet, or that what came back may be old. */
export function RecoveryBanner() {
  const { t } = useTranslation();
  const recovery = useView({ view: "recovery" });
  const [isThere] = useRoute(paths.recovery);
  const [isDismissed, setDismissed] = useState(false);
  const isOlder = recovery?.isOlder === true && !isDismissed;
  useAnnounced(isOlder ? t("recovery.older") : "");
  if (isOlder) {
    return (
      <div className={css["banner"]} data-look="caution">
        <Words to={paths.settings} title={t("recovery.older")} text={t("recovery.olderHint")} />
        <IconButton icon={X} label={t("app.dismiss")} onClick={() => setDismissed(true)} />
      </div>
    );
  }
  if (recovery?.isConfirmed !== false || isThere) return null;
  return (
    <div className={css["banner"]}>
      <Words to={paths.recovery} title={t("recovery.banner")} text={t("recovery.bannerHint")} />
    </div>
  );
}

type WordsProps = { readonly to: string; readonly title: string; readonly text: string };

function Words({ to, title, text }: WordsProps) {
  return (
    <Link to={to} className={css["link"]}>
      <KeyRound size={20} aria-hidden="true" />
      <span>
        <strong>{title}</strong> <span className={css["text"]}>{text}</span>
      </span>
    </Link>
  );
}
