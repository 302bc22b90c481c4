import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { goBackTo } from "../app/hash-history.ts";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Page } from "../parts/Page.tsx";
import { AskedWords } from "./AskedWords.tsx";
import css from "./Recovery.module.css";
import { ShownWords } from "./ShownWords.tsx";
import { StepHeading } from "./StepHeading.tsx";

type Step =
  | { readonly at: "covered" }
  | { readonly at: "shown" | "asked"; readonly words: readonly string[] }
  | { readonly at: "kept" };

/** The recovery key: on the screen when somebody asks for it, and two of its words asked back until it is kept. */
export function RecoveryKey() {
  const { t } = useTranslation();
  const recovery = useView({ view: "recovery" });
  if (recovery === undefined) return null;
  return (
    <Page title={t("recovery.title")} back={recovery.isConfirmed ? paths.settings : paths.list}>
      <Steps isKept={recovery.isConfirmed} />
    </Page>
  );
}

function Steps({ isKept }: { readonly isKept: boolean }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [step, setStep] = useState<Step>({ at: "covered" });
  const later = !isKept && (
    <Button look="plain" onClick={() => goBackTo(paths.list)}>
      {t("recovery.later")}
    </Button>
  );

  async function show() {
    const words = await client.recoveryWords();
    setStep({ at: "shown", words: words.split(" ") });
  }

  switch (step.at) {
    case "covered":
      return (
        <StepPart title={t("recovery.coveredTitle")} text={t("recovery.text")}>
          <p>{t("recovery.alone")}</p>
          <div className={css["actions"]}>
            <Button look="primary" onClick={() => perform(show())}>
              {t("recovery.show")}
            </Button>
            {later}
          </div>
        </StepPart>
      );
    case "shown":
      return (
        <StepPart title={t("recovery.wordsTitle")} text={t("recovery.wordsText")}>
          <ShownWords words={step.words} />
          <div className={css["actions"]}>
            {isKept ? (
              <Button look="primary" onClick={() => goBackTo(paths.settings)}>
                {t("recovery.toSettings")}
              </Button>
            ) : (
              <Button look="primary" onClick={() => setStep({ at: "asked", words: step.words })}>
                {t("recovery.written")}
              </Button>
            )}
            {later}
          </div>
        </StepPart>
      );
    case "asked":
      return (
        <StepPart title={t("recovery.askTitle")} text={t("recovery.askText")}>
          <AskedWords
            words={step.words}
            onRight={() => perform(client.confirmRecovery().then(() => setStep({ at: "kept" })))}
            onShow={() => setStep({ at: "shown", words: step.words })}
          />
        </StepPart>
      );
    case "kept":
      return (
        <StepPart title={t("recovery.keptTitle")} text={t("recovery.keptText")}>
          <div className={css["actions"]}>
            <Button look="primary" onClick={() => goBackTo(paths.list)}>
              {t("recovery.done")}
            </Button>
          </div>
        </StepPart>
      );
  }
}

type StepPartProps = { readonly title: string; readonly text: string; readonly children: ReactNode };

function StepPart({ title, text, children }: StepPartProps) {
  return (
    <section key={title} className={css["step"]}>
      <StepHeading>{title}</StepHeading>
      <p className={css["text"]}>{text}</p>
      {children}
    </section>
  );
}
