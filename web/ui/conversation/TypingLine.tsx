import { useTranslation } from "react-i18next";
import { plainName } from "../parts/plain-name.ts";
import css from "./TypingLine.module.css";

type TypingLineProps = {
  readonly name: string;
  readonly isTyping: boolean;
  /** They have not answered yet. */
  readonly isInvited: boolean;
};

/** Room for one line is always kept, so that nothing jumps. Not spoken: it would interrupt reading each time. */
export function TypingLine({ name, isTyping, isInvited }: TypingLineProps) {
  const { t } = useTranslation();
  return (
    <p className={css["line"]}>
      {isInvited && !isTyping && (
        <span className={css["waits"]}>{t("conversation.waits", { name: plainName(name) })}</span>
      )}
      {isTyping && (
        <>
          <span className={css["dots"]} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {t("conversation.typing", { name: plainName(name) })}
        </>
      )}
    </p>
  );
}
