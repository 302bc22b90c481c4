import { useTranslation } from "react-i18next";
import { useView } from "../app/use-view.ts";
import { CopyButton } from "../parts/CopyButton.tsx";
import { DownloadButton } from "./DownloadButton.tsx";
import css from "./Recovery.module.css";

const FILE = "tacit-recovery-key.txt";

/** Twelve numbered words, and ways to take them away. They are English in every language of the interface. */
export function ShownWords({ words }: { readonly words: readonly string[] }) {
  const { t } = useTranslation();
  const me = useView({ view: "me" });
  const lines = words.map((word, at) => `${String(at + 1).padStart(2)}. ${word}`).join("\n");
  return (
    <>
      <ol className={css["words"]} aria-label={t("recovery.wordsTitle")} lang="en" dir="ltr" translate="no">
        {words.map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a word may stand twice.
          <li key={at}>
            <span className={css["number"]}>{at + 1}</span> {word}
          </li>
        ))}
      </ol>
      {me !== undefined && (
        <div className={css["ways"]}>
          <CopyButton label={t("recovery.copy")} text={words.join(" ")} />
          <DownloadButton
            label={t("recovery.download")}
            name={FILE}
            text={t("recovery.file", { login: me.login, server: new URL(me.relay).host, words: lines })}
          />
        </div>
      )}
    </>
  );
}
