import type { ContactDetails, ContactId, MessageRow } from "@tacit/web/core/views";
import { Suspense, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazyScreen } from "../app/lazy-screen.ts";
import { NothingPicked } from "../app/NothingPicked.tsx";
import { useView } from "../app/use-view.ts";
import { useDroppedFiles } from "../files/use-dropped-files.ts";
import { plainName } from "../parts/plain-name.ts";
import { Composer } from "./Composer.tsx";
import css from "./Conversation.module.css";
import { ConversationHeader } from "./ConversationHeader.tsx";
import { HoldBar } from "./HoldBar.tsx";
import { BlockedBar, RequestBar } from "./RequestBar.tsx";
import { Timeline } from "./Timeline.tsx";
import { TypingLine } from "./TypingLine.tsx";
import { isTyped, useComposerFocus } from "./use-composer-focus.ts";
import { useMessages } from "./use-messages.ts";
import { useOpened } from "./use-opened.ts";
import { useSending } from "./use-sending.ts";

const FilePreview = lazyScreen(async () => (await import("../files/FilePreview.tsx")).FilePreview);
const Details = lazyScreen(async () => (await import("../contact/Details.tsx")).Details);

/** A text that can be replied to. */
export type Quoted = Extract<MessageRow, { kind: "text" }>;

type ConversationProps = { readonly contact: ContactId; readonly isDetailed: boolean };

export function Conversation({ contact, isDetailed }: ConversationProps) {
  const details = useView({ view: "contact", contact });
  const isKnown = useView({ view: "conversations" })?.some((row) => row.contact === contact);
  if (details === undefined) return isKnown === false ? <NothingPicked isLost /> : null;
  return (
    <div className={css["pair"]} data-detailed={isDetailed || undefined}>
      <Talk details={details} isDetailed={isDetailed} />
      {isDetailed && (
        <Suspense>
          <Details details={details} />
        </Suspense>
      )}
    </div>
  );
}

function Talk({ details, isDetailed }: { readonly details: ContactDetails; readonly isDetailed: boolean }) {
  const { t } = useTranslation();
  const { contact } = details;
  const isOpened = useOpened(contact);
  const { stored, loadOlder, loadNewer, loadNewest } = useMessages(contact, isOpened);
  const { shown, send } = useSending(contact, stored);
  const firstUnread = shown?.page.firstUnread;
  const [replyTo, setReplyTo] = useState<Quoted>();
  const [dismissed, setDismissed] = useState<string>();
  const input = useRef<HTMLTextAreaElement>(null);
  const isWritable = details.status === "accepted" || details.status === "invited";

  const [picked, setPicked] = useState<readonly File[]>([]);
  const takeFiles =
    details.status === "accepted"
      ? (files: readonly File[]) => setPicked((before) => [...before, ...files])
      : undefined;
  const dropped = useDroppedFiles(takeFiles);

  useComposerFocus(input, isWritable, isDetailed);

  const reply = useCallback((row: Quoted) => {
    setReplyTo(row);
    input.current?.focus();
  }, []);

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      if (replyTo !== undefined) {
        event.preventDefault();
        setReplyTo(undefined);
      } else setDismissed(firstUnread);
      return;
    }
    // Typing with the focus on a message goes on in the composer.
    const isOnMessage = event.target instanceof HTMLElement && event.target.dataset["messageKey"] !== undefined;
    if (isOnMessage && isTyped(event)) input.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that work anywhere in the conversation.
    <div className={css["talk"]} onKeyDown={onKeyDown} {...dropped.handlers}>
      {dropped.isOver && <div className={css["drop"]}>{t("files.drop", { name: plainName(details.name) })}</div>}
      <ConversationHeader details={details} />
      {shown === undefined ? (
        <div className={css["wait"]} aria-busy="true" />
      ) : (
        <Timeline
          name={details.name}
          shown={shown}
          contact={contact}
          firstUnread={firstUnread === dismissed ? undefined : firstUnread}
          onOlder={loadOlder}
          onNewer={loadNewer}
          onNewest={loadNewest}
          onReply={isWritable ? reply : undefined}
        />
      )}
      <TypingLine name={details.name} isTyping={details.isTyping} isInvited={details.status === "invited"} />
      {details.hold !== undefined && <HoldBar details={details} hold={details.hold} />}
      {isWritable && (
        <Composer
          details={details}
          input={input}
          replyTo={replyTo}
          onReplyEnd={() => setReplyTo(undefined)}
          send={send}
          onSent={() => setDismissed(firstUnread)}
          onFiles={takeFiles}
        />
      )}
      {picked.length > 0 && (
        <Suspense>
          <FilePreview
            contact={contact}
            name={details.name}
            picked={picked}
            replyTo={replyTo?.id}
            onPicked={setPicked}
            onSent={() => {
              setReplyTo(undefined);
              setDismissed(firstUnread);
            }}
          />
        </Suspense>
      )}
      {(details.status === "request" || details.status === "ignored") && <RequestBar details={details} />}
      {details.status === "blocked" && <BlockedBar details={details} />}
    </div>
  );
}
