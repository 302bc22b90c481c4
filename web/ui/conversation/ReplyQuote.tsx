import { useTranslation } from "react-i18next";
import { plainName } from "../parts/plain-name.ts";
import type { Quoted } from "./Conversation.tsx";
import css from "./Message.module.css";
import { plainText } from "./markdown/plain-text.ts";
import type { RowProps } from "./TimelineRow.tsx";

type ReplyQuoteProps = Pick<RowProps, "name" | "onJump"> & { readonly quoted: NonNullable<Quoted["replyTo"]> };

/** The message that is answered, and the way to it. */
export function ReplyQuote({ quoted, name, onJump }: ReplyQuoteProps) {
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
