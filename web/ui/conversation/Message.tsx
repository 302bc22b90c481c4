import { File as FileIcon } from "lucide-react";
import { memo, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazyScreen } from "../app/lazy-screen.ts";
import { usePlace } from "../app/use-place.ts";
import { Button } from "../parts/Button.tsx";
import { MarkIcon } from "../parts/MarkIcon.tsx";
import { plainName } from "../parts/plain-name.ts";
import { Spoken } from "../parts/Spoken.tsx";
import { fullTime, type Place, timeOfDay } from "../parts/times.ts";
import type { Quoted } from "./Conversation.tsx";
import { isEcho } from "./echo.ts";
import { isLong } from "./fold.ts";
import css from "./Message.module.css";
import { MessageActions } from "./MessageActions.tsx";
import { isLost, MessageFailure } from "./MessageFailure.tsx";
import { MessageText } from "./markdown/MessageText.tsx";
import { type Block, parseMessage } from "./markdown/parse-message.ts";
import { plainBlocks } from "./markdown/plain-text.ts";
import { ReplyQuote } from "./ReplyQuote.tsx";
import type { RowProps } from "./TimelineRow.tsx";
import type { TimelineItem } from "./timeline-items.ts";

const FileBody = lazyScreen(async () => (await import("../files/FileBody.tsx")).FileBody);

type MessageProps = RowProps & { readonly item: Extract<TimelineItem, { kind: "row" }>; readonly row: Quoted };

/** Hundreds come by in a second: what a row needs of language and place it asks for once. */
export function Message({ slot, onFocus, onTouch, isLit, ...rest }: MessageProps) {
  const { item, row, name, isFocusable, isTouched } = rest;
  const { t } = useTranslation();
  const place = usePlace();
  const blocks = useMemo(() => parseMessage(row.text), [row.text]);
  const fileName = row.file && t("files.named", { name: plainName(row.file.name) });
  const words = useMemo(() => [fileName, plainBlocks(blocks)].filter(Boolean).join(" "), [fileName, blocks]);
  const author = row.isMine ? t("conversation.you") : plainName(name);
  const time = timeOfDay(row.atMs, place);
  const mark = markWords(row, t, place);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a tap shows the actions; the Tab key reaches them without it.
    <li
      {...slot}
      className={css["row"]}
      aria-label={t("conversation.row", { author, time, text: words, mark })}
      data-message-key={item.key}
      data-region-start={isFocusable || undefined}
      data-mine={row.isMine || undefined}
      data-echo={isEcho(row) || undefined}
      data-run-start={item.isRunStart || undefined}
      data-run-end={item.isRunEnd || undefined}
      data-lit={isLit || undefined}
      data-touched={isTouched || undefined}
      data-failed={isLost(row) || undefined}
      tabIndex={isFocusable ? 0 : -1}
      onFocus={() => onFocus(item.key)}
      onClick={() => onTouch(item.key)}
      onBlur={() => onTouch(undefined)}
    >
      <Inside {...rest} blocks={blocks} time={time} mark={mark} />
    </li>
  );
}

type InsideProps = Omit<MessageProps, "slot" | "onFocus" | "onTouch" | "isLit"> & {
  /** Of the text. */
  readonly blocks: readonly Block[];
  readonly time: string;
  /** In words. */
  readonly mark: string;
};

/** Stays as it is where older messages come before it. */
const Inside = memo((props: InsideProps) => {
  const { item, row, contact, name, blocks, time, mark, isFocusable, isTouched, onUnfold, onReply, onJump } = props;
  const { t } = useTranslation();
  const place = usePlace();
  const [isUnfolded, setUnfolded] = useState(false);
  const isFolded = !isUnfolded && isLong(row.text);
  const way = row.path && t(`direct.path.${row.path}`);
  return (
    <>
      <div
        className={css["bubble"]}
        title={way === undefined ? fullTime(row.atMs, place) : `${fullTime(row.atMs, place)} · ${way}`}
      >
        {row.replyTo !== undefined && <ReplyQuote quoted={row.replyTo} name={name} onJump={onJump} />}
        {row.file !== undefined && (
          <Suspense fallback={<FileIcon aria-hidden="true" />}>
            <FileBody file={row.file} isReachable={isFocusable} />
          </Suspense>
        )}
        {row.text !== "" && (
          <div className={isFolded ? css["folded"] : undefined}>
            <MessageText blocks={blocks} />
          </div>
        )}
        {isFolded && (
          <Button
            look="plain"
            className={css["unfold"]}
            tabIndex={isFocusable ? 0 : -1}
            onClick={() => {
              onUnfold(item.key);
              setUnfolded(true);
            }}
          >
            {t("conversation.more")}
          </Button>
        )}
        {item.isSigned && (
          <span className={css["meta"]}>
            <time dateTime={new Date(row.atMs).toISOString()}>{time}</time>
            {row.mark !== undefined && <MarkIcon mark={row.mark} />}
          </span>
        )}
        {mark !== "" && <Spoken>{mark}</Spoken>}
      </div>
      <MessageActions
        row={row}
        isUrgent={isFocusable || isTouched || isLost(row)}
        isReachable={isFocusable}
        onReply={onReply}
      />
      {isLost(row) && <MessageFailure row={row} contact={contact} />}
    </>
  );
});
Inside.displayName = "Inside";

type Translate = ReturnType<typeof useTranslation>["t"];

function markWords({ mark, readAtMs }: Quoted, t: Translate, place: Place): string {
  if (mark === undefined) return "";
  if (mark === "read" && readAtMs !== undefined)
    return t("conversation.mark.readAt", { time: timeOfDay(readAtMs, place) });
  return t(`conversation.mark.${mark}`);
}
