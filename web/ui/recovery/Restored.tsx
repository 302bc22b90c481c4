import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { paths } from "../app/paths.ts";
import { goToStep } from "../app/use-back-step.ts";
import { useView } from "../app/use-view.ts";
import button from "../parts/Button.module.css";
import { classes } from "../parts/classes.ts";
import { Page } from "../parts/Page.tsx";
import { EraseDevice } from "../welcome/EraseDevice.tsx";
import { ComeBackHere } from "./ComeBackHere.tsx";
import css from "./Restored.module.css";

/** This browser holds an older copy of the account, or damaged rows: what happened, what is safe, and the way to go on. */
export function Restored() {
  const { t } = useTranslation();
  const what = useView({ view: "connection" })?.state === "damaged" ? "damaged" : "copy";
  return (
    <Page title={t(`restored.${what}.title`)} back={paths.list}>
      <p>{t(`restored.${what}.what`)}</p>
      <section className={css["steps"]}>
        <h2 className={css["lead"]}>{t("restored.goOnTitle")}</h2>
        <p>{t(`restored.${what}.goOnText`)}</p>
        <ComeBackHere />
      </section>
      <section className={css["steps"]}>
        <h2 className={css["lead"]}>{t("restored.lead")}</h2>
        <ol className={css["list"]}>
          <li>
            <p>{t("restored.keep")}</p>
            <Link to={paths.recovery} className={classes(button["button"], button["quiet"])}>
              <KeyRound size={18} aria-hidden="true" />
              {t("recovery.title")}
            </Link>
          </li>
          <li>
            <p>{t("restored.erase")}</p>
            <EraseDevice onErased={() => goToStep("come-back")} />
          </li>
          <li>
            <p>{t("restored.back")}</p>
          </li>
        </ol>
      </section>
    </Page>
  );
}
