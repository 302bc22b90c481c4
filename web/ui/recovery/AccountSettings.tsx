import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { paths } from "../app/paths.ts";
import { useView } from "../app/use-view.ts";
import button from "../parts/Button.module.css";
import { classes } from "../parts/classes.ts";
import { Action } from "../settings/Action.tsx";
import form from "../welcome/CreateAccount.module.css";
import { ChangePassword } from "./ChangePassword.tsx";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { RecoveryStatus } from "./RecoveryStatus.tsx";

/** The way back, the password, and the end of the account. */
export function AccountSettings() {
  const { t } = useTranslation();
  const recovery = useView({ view: "recovery" });
  return (
    <>
      {recovery?.isOlder && (
        <p className={form["warning"]}>
          <strong>{t("recovery.older")}.</strong> {t("recovery.olderText")}
        </p>
      )}
      <Action hint={recovery === undefined ? "" : <RecoveryStatus recovery={recovery} />}>
        <Link to={paths.recovery} className={classes(button["button"], button["quiet"])}>
          <KeyRound size={18} aria-hidden="true" />
          {t("recovery.title")}
        </Link>
      </Action>
      <Action hint={t("settings.changePasswordHint")}>
        <ChangePassword />
      </Action>
      <Action hint={t("settings.deleteAccountHint")}>
        <DeleteAccount />
      </Action>
    </>
  );
}
