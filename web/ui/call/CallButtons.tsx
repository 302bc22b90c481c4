import type { ContactDetails } from "@tacit/web/core/views";
import { Phone, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../parts/Button.tsx";
import { plainName } from "../parts/plain-name.ts";
import { useCallDesk } from "./call-desk.ts";

/** Call this contact, by voice or with video. */
export function CallButtons({ details }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { ask } = useCallDesk();
  const { contact, status, hold } = details;
  if (ask === undefined || status !== "accepted" || hold !== undefined) return null;
  const name = plainName(details.name);
  return (
    <>
      <IconButton icon={Phone} label={t("call.start.voice", { name })} onClick={() => ask(contact, false)} />
      <IconButton icon={Video} label={t("call.start.video", { name })} onClick={() => ask(contact, true)} />
    </>
  );
}
