import type { ContactDetails } from "@tacit/web/core/views";
import { ArrowLeft, PanelRight, ShieldAlert, ShieldCheck, Waypoints, Zap } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useRoute } from "wouter";
import { paths } from "../app/paths.ts";
import { CallButtons } from "../call/CallButtons.tsx";
import { Avatar } from "../parts/Avatar.tsx";
import { IconLink } from "../parts/Button.tsx";
import { Name } from "../parts/Name.tsx";
import css from "./ConversationHeader.module.css";

export function ConversationHeader({ details }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { contact, name, verifiedAtMs, hold, link } = details;
  const [isDetailed] = useRoute("/c/:contact/details");
  const panel = isDetailed ? paths.conversation(contact) : paths.details(contact);
  return (
    <header className={css["bar"]}>
      <IconLink icon={ArrowLeft} label={t("app.back")} to={paths.list} isBack className={css["back"]} />
      <Link to={paths.details(contact)} className={css["who"]} tabIndex={-1} aria-hidden="true">
        <Avatar name={name} of={contact} size="sm" />
      </Link>
      <h1 className={css["name"]}>
        <Name of={name} />
        {hold === undefined && verifiedAtMs !== undefined && (
          <ShieldCheck size={17} role="img" aria-label={t("conversation.verified")} className={css["verified"]} />
        )}
        {hold !== undefined && <ShieldAlert size={17} role="img" aria-label={t("list.held")} className={css["held"]} />}
      </h1>
      {link !== undefined && <LinkChip link={link} />}
      <CallButtons details={details} />
      <IconLink
        icon={PanelRight}
        label={t("conversation.details")}
        to={panel}
        isBack={isDetailed}
        className={css["panel"]}
      />
    </header>
  );
}

/** There is a connection from device to device now. */
function LinkChip({ link }: { readonly link: NonNullable<ContactDetails["link"]> }) {
  const { t } = useTranslation();
  const words = t(`direct.link.${link}`);
  const Icon = link === "direct" ? Zap : Waypoints;
  return (
    <span role="img" aria-label={words} title={words} className={css["link"]}>
      <Icon size={15} aria-hidden="true" />
    </span>
  );
}
