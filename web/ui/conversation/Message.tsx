import { Check, Copy, File as FileIcon, Reply, RotateCw, Trash2 } from "lucide-react";
import { memo, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazyScreen } from "../app/lazy-screen.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { usePlace } from "../app/use-place.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { MarkIcon } from "../parts/MarkIcon.tsx";
import { plainName } from "../parts/plain-name.ts";
import { Spoken } from "../parts/Spoken.tsx";
import { fullTime, timeOfDay } from "../parts/times.ts";
import { useCopy } from "../parts/use-copy.ts";
import { useSpareTime } from "../parts/use-spare-time.ts";
import type { Quoted } from "./Conversation.tsx";
import { isEcho } from "./echo.ts";
import { isLong } from "./fold.ts";
import css from "./Message.module.css";
import { MessageText } from "./markdown/MessageText.tsx";
import { plainText } from "./markdown/plain-text.ts";
import type { RowProps } from "./TimelineRow.tsx";
import type { TimelineItem } from "./timeline-items.ts";

const FileBody = lazyScreen(async () => (await import("../files/FileBody.tsx")).FileBody);

type MessageProps = RowProps & { readonly item: Extract<TimelineItem, { kind: "row" }>; readonly row: Quoted };

export function Message({ slot, onFocus, onTouch, isLit, ...rest }: MessageProps) {
  const { item, row, name, isFocusable, isTouched } = rest;
  const { t } = useTranslation();
  const place = usePlace();
  const fileName = useFileName(row);
  const words = useMemo(() => [fileName, plainText(row.text)].filter(Boolean).join(" "), [fileName, row.text]);
  const author = row.isMine ? t("conversation.you") : plainName(name);
  const time = timeOfDay(row.atMs, place);
  const mark = useMarkWords(row);
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
      <Inside {...rest} />
    </li>
  );
}

/** Stays as it is where older messages come before it. */
const Inside = memo((props: Omit<MessageProps, "slot" | "onFocus" | "onTouch" | "isLit">) => {
  const { item, row, contact, name, isFocusable, isTouched, onUnfold, onReply, onJump } = props;
  const { t } = useTranslation();
  const place = usePlace();
  const [isUnfolded, setUnfolded] = useState(false);
  const isFolded = !isUnfolded && isLong(row.text);
  const mark = useMarkWords(row);
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
            <MessageText text={row.text} />
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
            <time dateTime={new Date(row.atMs).toISOString()}>{timeOfDay(row.atMs, place)}</time>
            {row.mark !== undefined && <MarkIcon mark={row.mark} />}
          </span>
        )}
        {mark !== "" && <Spoken>{mark}</Spoken>}
      </div>
      <Actions
        row={row}
        isUrgent={isFocusable || isTouched || isLost(row)}
        isReachable={isFocusable}
        onReply={onReply}
      />
      {isLost(row) && <Failure row={row} contact={contact} />}
    </>
  );
});
Inside.displayName = "Inside";

function isLost({ mark }: Quoted): boolean {
  return mark === "failed" || mark === "expired";
}

function useFileName({ file }: Quoted): string | undefined {
  const { t } = useTranslation();
  return file && t("files.named", { name: plainName(file.name) });
}

function useMarkWords({ mark, readAtMs }: Quoted): string {
  const { t } = useTranslation();
  const place = usePlace();
  if (mark === undefined) return "";
  if (mark === "read" && readAtMs !== undefined)
    return t("conversation.mark.readAt", { time: timeOfDay(readAtMs, place) });
  return t(`conversation.mark.${mark}`);
}

type ReplyQuoteProps = Pick<RowProps, "name" | "onJump"> & { readonly quoted: NonNullable<Quoted["replyTo"]> };

function ReplyQuote({ quoted, name, onJump }: ReplyQuoteProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={css["quote"]}
      tabIndex={-1}
      title={t("conversation.toOriginal")}
      onClick={(event) => {
        event.stopPropagation();
        onJump(quoted.id);
      }}
    >
      <bdi className={css["quoted"]}>{quoted.isMine ? t("conversation.you") : plainName(name)}</bdi>
      <span className={css["quotedText"]} dir="auto">
        {plainText(quoted.text)}
      </span>
    </button>
  );
}

type ActionsProps = { readonly row: Quoted; readonly isReachable: boolean; readonly onReply: RowProps["onReply"] };

/** Half of what there is to draw of a row, and seen by whoever points at it. */
function Actions({ isUrgent, ...rest }: ActionsProps & { readonly isUrgent: boolean }) {
  const hasTime = useSpareTime();
  return (isUrgent || hasTime) && <ActionButtons {...rest} />;
}

function ActionButtons({ row, isReachable, onReply }: ActionsProps) {
  const { t } = useTranslation();
  const { isCopied, copy } = useCopy(row.text);
  const tabIndex = isReachable ? 0 : -1;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a tap on an action does not open the actions again.
    <div
      role="toolbar"
      aria-label={t("conversation.actions")}
      className={css["actions"]}
      onClick={(event) => event.stopPropagation()}
    >
      {onReply !== undefined && (
        <IconButton icon={Reply} label={t("conversation.reply")} tabIndex={tabIndex} onClick={() => onReply(row)} />
      )}
      {row.text !== "" && (
        <IconButton
          icon={isCopied ? Check : Copy}
          label={t(isCopied ? "app.copied" : "conversation.copy")}
          tabIndex={tabIndex}
          onClick={copy}
        />
      )}
      {row.path !== undefined && <span className={css["path"]}>{t(`direct.path.${row.path}`)}</span>}
      {isCopied && (
        <span className={css["copied"]} aria-hidden="true">
          {t("app.copied")}
        </span>
      )}
    </div>
  );
}

function Failure({ row, contact }: { readonly row: Quoted; readonly contact: string }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  return (
    <div className={css["failure"]}>
      <p>{t(row.mark === "expired" ? "conversation.expired" : `conversation.failure.${row.failure ?? "none"}`)}</p>
      <Button icon={RotateCw} onClick={() => perform(client.retry(contact, row.id))}>
        {t(row.mark === "expired" ? "conversation.sendAgain" : "conversation.retry")}
      </Button>
      <Button look="plain" icon={Trash2} onClick={() => perform(client.discard(contact, row.id))}>
        {t("conversation.discard")}
      </Button>
    </div>
  );
}
