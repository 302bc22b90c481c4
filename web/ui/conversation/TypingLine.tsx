import { useTranslation } from "react-i18next";
import { plainName } from "../parts/plain-name.ts";
import css from "./TypingLine.module.css";

/** Room for one line is always kept, so that nothing jumps. Not spoken: it would interrupt reading each time. */
export function TypingLine({ name, isTyping }: { readonly name: string; readonly isTyping: boolean }) {
  const { t } = useTranslation();
  return (
    <p className={css["line"]} data-on={isTyping || undefined}>
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
