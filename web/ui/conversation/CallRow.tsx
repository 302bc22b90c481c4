import type { MessageRow } from "@tacit/web/core/views";
import { Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { usePlace } from "../app/use-place.ts";
import { useCallDesk } from "../call/call-desk.ts";
import { Button } from "../parts/Button.tsx";
import { duration, fullTime, timeOfDay } from "../parts/times.ts";
import css from "./TimelineRow.module.css";
import type { RowProps } from "./TimelineRow.tsx";

type CallMessage = Extract<MessageRow, { readonly kind: "call" }>;

/** A call in the conversation: who called, what became of it, and the way to call back. */
export function CallRow({ slot, row, contact, isFocusable, onFocus }: RowProps & { readonly row: CallMessage }) {
  const { t } = useTranslation();
  const place = usePlace();
  const { ask } = useCallDesk();
  const Icon = iconOf(row);
  const kind = t(row.isVideo ? "call.video" : "call.voice");
  // Words, because next to a time of day "14:50" looks like another one.
  const length = row.durationMs === undefined ? "" : duration(row.durationMs, place);
  const outcome = row.outcome === "answered" && length === "" ? "begun" : row.outcome;
  return (
    <li
      {...slot}
      className={css["slot"]}
      data-message-key={row.key}
      data-region-start={isFocusable || undefined}
      tabIndex={isFocusable ? 0 : -1}
      onFocus={() => onFocus(row.key)}
    >
      <div className={css["event"]} data-look={row.outcome === "missed" ? "call-missed" : "call"}>
        <Icon size={16} aria-hidden="true" />
        <p>
          {row.times > 1
            ? t("call.row.missedTimes", { kind, count: row.times })
            : t(row.isMine ? `call.row.ours.${outcome}` : `call.row.theirs.${outcome}`, { kind, length })}{" "}
          <time dateTime={new Date(row.atMs).toISOString()} title={fullTime(row.atMs, place)}>
            {timeOfDay(row.atMs, place)}
          </time>
        </p>
        {ask !== undefined && row.outcome !== "answered" && (
          <Button look="plain" icon={row.isVideo ? Video : Phone} onClick={() => ask(contact, row.isVideo)}>
            {t(row.isMine ? "call.again" : "call.back")}
          </Button>
        )}
      </div>
    </li>
  );
}

function iconOf({ isMine, outcome, isVideo }: CallMessage) {
  if (outcome === "missed") return PhoneMissed;
  if (isVideo) return Video;
  return isMine ? PhoneOutgoing : PhoneIncoming;
}
