import { MAX_TEXT_CHARACTERS } from "@tacit/shared/limits";
import type { ContactDetails } from "@tacit/web/core/views";
import { Paperclip, SendHorizontal, X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, type RefObject, type SyntheticEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { IconButton } from "../parts/Button.tsx";
import { Form, Input, TextArea } from "../parts/Form.tsx";
import { plainName } from "../parts/plain-name.ts";
import css from "./Composer.module.css";
import type { Quoted } from "./Conversation.tsx";
import { plainText } from "./markdown/plain-text.ts";
import { useDraft } from "./use-draft.ts";
import type { Send } from "./use-sending.ts";

type ComposerProps = {
  readonly details: ContactDetails;
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly replyTo: Quoted | undefined;
  readonly onReplyEnd: () => void;
  readonly send: Send;
  readonly onSent: () => void;
  /** Files that were picked or pasted. Absent: none are taken. */
  readonly onFiles: ((files: readonly File[]) => void) | undefined;
};

export function Composer({ details, input, replyTo, onReplyEnd, send, onSent, onFiles }: ComposerProps) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const { contact } = details;
  const { text, write, send: sendWritten } = useDraft(details);
  const excess = text.length - MAX_TEXT_CHARACTERS;
  const canSend = text.trim() !== "" && excess <= 0;

  async function sendText() {
    const sending = sendWritten((written) => send(written, replyTo));
    onReplyEnd();
    onSent();
    await sending;
    await client.setTyping(contact, false);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (canSend) perform(sendText());
  }

  function onKeyDown(event: KeyboardEvent) {
    // During composition Enter chooses a word of the input method.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || hasTouchKeyboard()) return;
    submit(event);
  }

  const picker = useRef<HTMLInputElement>(null);

  function onPaste(event: ClipboardEvent) {
    const files = [...event.clipboardData.files];
    if (files.length === 0 || onFiles === undefined) return;
    event.preventDefault();
    onFiles(files);
  }

  function onPick(input: HTMLInputElement) {
    const files = [...(input.files ?? [])];
    // So that the same file can be picked again.
    input.value = "";
    if (files.length > 0) onFiles?.(files);
  }

  function type(next: string) {
    write(next);
    perform(client.setTyping(contact, next.trim() !== ""));
  }

  return (
    <Form className={css["composer"]} onSubmit={submit} data-region="composer">
      {replyTo !== undefined && (
        <div className={css["reply"]}>
          <div className={css["replied"]}>
            <strong>
              {replyTo.isMine
                ? t("composer.replyingToSelf")
                : t("composer.replyingTo", { name: plainName(details.name) })}
            </strong>
            <p dir="auto">{plainText(replyTo.text)}</p>
          </div>
          <IconButton icon={X} label={t("composer.cancelReply")} onClick={onReplyEnd} />
        </div>
      )}
      {excess > 0 && (
        <p className={css["excess"]} role="alert">
          {t("composer.tooLong", { count: excess })}
        </p>
      )}
      <div className={css["box"]} data-attach={onFiles !== undefined || undefined}>
        {onFiles !== undefined && (
          <>
            <IconButton
              icon={Paperclip}
              className={css["attach"]}
              label={t("composer.attach")}
              onClick={() => picker.current?.click()}
            />
            <Input
              ref={picker}
              type="file"
              multiple
              hidden
              aria-label={t("composer.attach")}
              onChange={(event) => onPick(event.target)}
            />
          </>
        )}
        <TextArea
          ref={input}
          data-region-start=""
          className={css["input"]}
          rows={1}
          dir="auto"
          aria-label={t("composer.label")}
          placeholder={t("composer.placeholder")}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => perform(client.setTyping(contact, false))}
        />
        {/* Keeps the height: the same text in the same cell, unseen. */}
        <div className={css["mirror"]} aria-hidden="true" dir="auto">
          {text}{" "}
        </div>
        <button
          type="submit"
          className={css["send"]}
          aria-label={t("composer.send")}
          title={t("composer.send")}
          disabled={!canSend}
        >
          <SendHorizontal size={20} aria-hidden="true" />
        </button>
      </div>
    </Form>
  );
}

/** There Enter makes a new line, as its key says. */
function hasTouchKeyboard(): boolean {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
