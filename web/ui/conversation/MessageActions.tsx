import { Check, Copy, Reply } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../parts/Button.tsx";
import { useCopy } from "../parts/use-copy.ts";
import { useSpareTime } from "../parts/use-spare-time.ts";
import type { Quoted } from "./Conversation.tsx";
import css from "./Message.module.css";
import type { RowProps } from "./TimelineRow.tsx";

/** Rows that fly by are gone by then. */
const SETTLED_MS = 200;

type ActionsProps = { readonly row: Quoted; readonly isReachable: boolean; readonly onReply: RowProps["onReply"] };

/** Half of what there is to draw of a row, and seen by whoever points at it. */
export function MessageActions({ isUrgent, ...rest }: ActionsProps & { readonly isUrgent: boolean }) {
  const hasTime = useSpareTime(SETTLED_MS);
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
