import type { ConversationRow } from "@tacit/web/core/views";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { linkTo } from "../app/hash-history.ts";
import { paths } from "../app/paths.ts";
import { usePlace } from "../app/use-place.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { MarkIcon } from "../parts/MarkIcon.tsx";
import { Name } from "../parts/Name.tsx";
import { Spoken } from "../parts/Spoken.tsx";
import { fullTime, listTime } from "../parts/times.ts";
import css from "./ConversationLink.module.css";
import { useSummary } from "./use-summary.ts";

type ConversationLinkProps = {
  readonly row: ConversationRow;
  /** It is the one that is open. */
  readonly isHere: boolean;
  readonly nowMs: number;
};

export const ConversationLink = memo(({ row, isHere, nowMs }: ConversationLinkProps) => {
  const { t } = useTranslation();
  const place = usePlace();
  const summary = useSummary(row);
  const mark = row.last?.isMine && summary.look === "last" ? row.last.mark : undefined;
  return (
    <a
      {...linkTo(paths.conversation(row.contact))}
      className={css["link"]}
      aria-current={isHere ? "page" : undefined}
      data-region-start={isHere || undefined}
    >
      <Avatar name={row.name} of={row.contact} />
      <span className={css["name"]}>
        <Name of={row.name} />
        {row.isVerified && <ShieldCheck size={15} role="img" aria-label={t("list.verified")} />}
      </span>
      {row.last !== undefined && (
        <time
          className={css["time"]}
          dateTime={new Date(row.last.atMs).toISOString()}
          title={fullTime(row.last.atMs, place)}
        >
          {listTime(row.last.atMs, nowMs, place)}
        </time>
      )}
      <span className={css["summary"]} data-look={summary.look} dir="auto">
        {summary.look === "held" && <ShieldAlert size={15} aria-hidden="true" />}
        {mark !== undefined && (
          <>
            <MarkIcon mark={mark} />
            <Spoken>{t(`conversation.mark.${mark}`)} </Spoken>
          </>
        )}
        <span className={css["words"]}>{summary.text}</span>
      </span>
      {row.unread > 0 && (
        <span className={css["count"]}>
          <span aria-hidden="true">{row.unread}</span>
          <Spoken>{t("list.unread", { count: row.unread })}</Spoken>
        </span>
      )}
    </a>
  );
});
ConversationLink.displayName = "ConversationLink";
