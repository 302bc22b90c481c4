import type { MessageId } from "@tacit/shared/ids";
import type { ContactId, NoticeKind } from "@tacit/web/core/views";
import { CircleAlert, Info, KeyRound, ShieldCheck, ShieldOff } from "lucide-react";
import { memo, type ReactNode, type Ref } from "react";
import { Trans, useTranslation } from "react-i18next";
import { usePlace } from "../app/use-place.ts";
import { classes } from "../parts/classes.ts";
import { Name } from "../parts/Name.tsx";
import { dayLabel, fullTime, timeOfDay } from "../parts/times.ts";
import { CallRow } from "./CallRow.tsx";
import type { Quoted } from "./Conversation.tsx";
import { Message } from "./Message.tsx";
import css from "./TimelineRow.module.css";
import type { TimelineItem } from "./timeline-items.ts";

/** Which row of the virtual list it is, and how that learns its height. The list itself puts it into its place. */
type Place = {
  readonly measure: Ref<HTMLLIElement>;
  readonly index: number;
  /** Of all rows; -1 where nobody has counted them. */
  readonly count: number;
};

/** The same as the row's element wants it. */
type Slot = {
  readonly ref: Ref<HTMLLIElement>;
  readonly "data-index": number;
  readonly "aria-posinset": number;
  readonly "aria-setsize": number;
};

export type RowProps = {
  readonly slot: Slot;
  readonly contact: ContactId;
  readonly name: string;
  readonly nowMs: number;
  /** The one row that the Tab key reaches. */
  readonly isFocusable: boolean;
  readonly isLit: boolean;
  /** A finger opened its actions: one row's at a time. */
  readonly isTouched: boolean;
  readonly onFocus: (key: string) => void;
  readonly onTouch: (key: string | undefined) => void;
  readonly onUnfold: (key: string) => void;
  readonly onReply: ((row: Quoted) => void) | undefined;
  readonly onJump: (message: MessageId) => void;
};

type TimelineRowProps = Omit<RowProps, "slot"> & Place & { readonly item: TimelineItem };

/** Of a conversation that is scrolled, or gets a message, most rows stay as they are. */
export const TimelineRow = memo(({ measure, index, count, item, ...rest }: TimelineRowProps) => {
  const slot: Slot = {
    ref: measure,
    "data-index": index,
    "aria-posinset": index + 1,
    "aria-setsize": count,
  };
  const props = { ...rest, slot };
  switch (item.kind) {
    case "start":
      return <Start {...props} />;
    case "day":
      return <Day {...props} atMs={item.atMs} />;
    case "unread":
      return <Unread {...props} />;
    case "row":
      if (item.row.kind === "text") return <Message {...props} item={item} row={item.row} />;
      if (item.row.kind === "call") return <CallRow {...props} row={item.row} />;
      return <Event {...props} row={item.row} />;
  }
});
TimelineRow.displayName = "TimelineRow";

function Start({ slot, name }: RowProps) {
  return (
    <li {...slot} className={classes(css["slot"], css["start"])}>
      <Trans i18nKey="conversation.start" components={{ name: <Name of={name} /> }} />
    </li>
  );
}

function Day({ slot, atMs, nowMs }: RowProps & { readonly atMs: number }) {
  const place = usePlace();
  return (
    <li {...slot} className={classes(css["slot"], css["divider"])}>
      <time dateTime={new Date(atMs).toISOString().slice(0, 10)}>{dayLabel(atMs, nowMs, place)}</time>
    </li>
  );
}

function Unread({ slot }: RowProps) {
  const { t } = useTranslation();
  return (
    <li {...slot} className={classes(css["slot"], css["unread"])}>
      <span>{t("conversation.new")}</span>
    </li>
  );
}

type EventRow = Exclude<Extract<TimelineItem, { kind: "row" }>["row"], { kind: "text" | "call" }>;

const NOTICE_ICONS = {
  "key-changed": KeyRound,
  "key-accepted": KeyRound,
  accepted: Info,
  "session-reset": Info,
  "new-device": Info,
  verified: ShieldCheck,
  unverified: ShieldOff,
} as const satisfies Record<NoticeKind, typeof Info>;

function Event({ slot, row, name, isFocusable, onFocus }: RowProps & { readonly row: EventRow }) {
  const place = usePlace();
  const Icon = row.kind === "notice" ? NOTICE_ICONS[row.notice] : CircleAlert;
  return (
    <li
      {...slot}
      className={css["slot"]}
      data-message-key={row.key}
      data-region-start={isFocusable || undefined}
      tabIndex={isFocusable ? 0 : -1}
      onFocus={() => onFocus(row.key)}
    >
      <div className={css["event"]} data-look={row.kind === "notice" ? row.notice : row.kind}>
        <Icon size={16} aria-hidden="true" />
        <p>
          <EventText row={row} name={name} />{" "}
          {row.kind !== "damaged" && (
            <time dateTime={new Date(row.atMs).toISOString()} title={fullTime(row.atMs, place)}>
              {timeOfDay(row.atMs, place)}
            </time>
          )}
        </p>
      </div>
    </li>
  );
}

function EventText({ row, name }: { readonly row: EventRow; readonly name: string }): ReactNode {
  const { t } = useTranslation();
  switch (row.kind) {
    case "unreadable":
      return t(row.isAsked ? "conversation.unreadableAsked" : "conversation.unreadable");
    case "missing":
      return (
        <Trans
          i18nKey="conversation.missing"
          count={Math.min(row.count, 2)}
          components={{ name: <Name of={name} /> }}
        />
      );
    case "newer":
      return t("conversation.newer");
    case "damaged":
      return t("conversation.damaged");
    case "notice":
      return <Trans i18nKey={`conversation.notice.${row.notice}`} components={{ name: <Name of={name} /> }} />;
  }
}
