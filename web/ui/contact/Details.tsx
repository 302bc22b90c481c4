import type { ContactDetails } from "@tacit/web/core/views";
import { ArrowLeft, Ban, ShieldCheck, ShieldQuestion } from "lucide-react";
import { useEffect, useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { goBackTo } from "../app/hash-history.ts";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button, IconLink } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Name } from "../parts/Name.tsx";
import { shortDate } from "../parts/times.ts";
import css from "./Details.module.css";
import { Direct } from "./Direct.tsx";
import { Rename } from "./Rename.tsx";
import { SafetyNumber } from "./SafetyNumber.tsx";

/** Who this is, how we know, and what can be done about it. */
export function Details({ details }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { contact, name } = details;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) goBackTo(paths.conversation(contact));
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [contact]);
  return (
    <aside className={css["panel"]} aria-label={t("contact.title")} data-region="details">
      <header className={css["bar"]}>
        <IconLink icon={ArrowLeft} label={t("app.back")} to={paths.conversation(contact)} isBack />
        <h2 className={css["title"]}>{t("contact.title")}</h2>
      </header>
      <div className={css["scroll"]}>
        <div className={css["who"]}>
          <Avatar name={name} of={contact} size="lg" />
          <p className={css["name"]}>
            <Name of={name} />
          </p>
          {details.ownName !== name && (
            <p className={css["soft"]}>
              <Trans i18nKey="contact.ownName" components={{ name: <Name of={details.ownName} /> }} />
            </p>
          )}
        </div>
        <Verification details={details} />
        <Facts details={details} />
        <Direct key={`direct ${contact}`} details={details} />
        <Rename key={contact} details={details} />
        <Block details={details} />
      </div>
    </aside>
  );
}

function Verification({ details }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  const [isOpen, setOpen] = useState(false);
  const { verifiedAtMs, hold } = details;
  const isVerified = verifiedAtMs !== undefined && hold === undefined;
  return (
    <section className={css["block"]} data-verified={isVerified || undefined}>
      <h3 className={css["state"]}>
        {isVerified ? <ShieldCheck size={18} aria-hidden="true" /> : <ShieldQuestion size={18} aria-hidden="true" />}
        {isVerified
          ? t("contact.safetyState.verified", { date: shortDate(verifiedAtMs, nowMs, place) })
          : t(hold === undefined ? "contact.safetyState.unverified" : "list.held")}
      </h3>
      <p className={css["soft"]}>{t(isVerified ? "contact.safetyHint.verified" : "contact.safetyHint.unverified")}</p>
      <Button isWide onClick={() => setOpen(true)}>
        {t("contact.safetyOpen")}
      </Button>
      {isOpen && <SafetyNumber details={details} onClose={() => setOpen(false)} />}
    </section>
  );
}

function Facts({ details: { origin, relay, addedAtMs } }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  const words =
    origin.by === "card"
      ? t(`contact.originWords.${origin.isScanned ? "scanned-card" : "card"}`, { label: origin.card })
      : t(`contact.originWords.${origin.by}`);
  return (
    <dl className={css["facts"]}>
      <dt>{t("contact.origin")}</dt>
      <dd>{words}</dd>
      <dt>{t("contact.added")}</dt>
      <dd>{shortDate(addedAtMs, nowMs, place)}</dd>
      <dt>{t("contact.relay")}</dt>
      <dd>{new URL(relay).host}</dd>
    </dl>
  );
}

function Block({ details: { contact, name, status } }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [isAsked, setAsked] = useState(false);
  if (status === "blocked") {
    return <Button onClick={() => perform(client.unblock(contact))}>{t("contact.unblock")}</Button>;
  }
  return (
    <>
      <Button icon={Ban} onClick={() => setAsked(true)}>
        {t("contact.block")}
      </Button>
      <Dialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={<Trans i18nKey="block.title" components={{ name: <Name of={name} /> }} />}
        text={t("block.text")}
      >
        <DialogActions>
          <Button onClick={() => setAsked(false)}>{t("app.cancel")}</Button>
          <Button
            look="danger"
            onClick={() => {
              setAsked(false);
              perform(client.block(contact));
            }}
          >
            {t("block.confirm")}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
