import type { ContactDetails } from "@tacit/web/core/views";
import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { Link } from "wouter";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import button from "../parts/Button.module.css";
import { Button } from "../parts/Button.tsx";
import { classes } from "../parts/classes.ts";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Name } from "../parts/Name.tsx";
import css from "./DecisionBar.module.css";

type HoldBarProps = { readonly details: ContactDetails; readonly hold: NonNullable<ContactDetails["hold"]> };

/** A changed key holds sending until the person decides. For a contact who was verified the warning is stronger. */
export function HoldBar({ details, hold }: HoldBarProps) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const { contact, name } = details;
  const [isAsked, setAsked] = useState(false);
  const components = { name: <Name of={name} /> };
  return (
    <section className={css["bar"]} data-strong={hold.wasVerified || undefined} role="alert">
      <h2 className={css["title"]}>
        <ShieldAlert size={18} aria-hidden="true" />
        <span>
          <Trans i18nKey="hold.title" components={components} />
        </span>
      </h2>
      <p className={css["text"]}>
        {hold.wasVerified ? <Trans i18nKey="hold.verifiedText" components={components} /> : t("hold.text")}
      </p>
      <div className={css["buttons"]}>
        <Link to={paths.details(contact)} className={classes(button["button"], button["primary"])}>
          {t("hold.compare")}
        </Link>
        <Button onClick={() => setAsked(true)}>{t("hold.anyway")}</Button>
        <Button onClick={() => perform(client.tryAgain(contact))}>{t("hold.again")}</Button>
        <Button look="plain" onClick={() => perform(client.block(contact))}>
          {t("hold.block")}
        </Button>
      </div>
      <Dialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={<Trans i18nKey="hold.anywayTitle" components={components} />}
        text={<Trans i18nKey="hold.anywayText" components={components} />}
      >
        <DialogActions>
          <Button onClick={() => setAsked(false)}>{t("app.cancel")}</Button>
          <Button
            look="danger"
            onClick={() => {
              setAsked(false);
              perform(client.acceptNewKey(contact));
            }}
          >
            {t("hold.anywayConfirm")}
          </Button>
        </DialogActions>
      </Dialog>
    </section>
  );
}
