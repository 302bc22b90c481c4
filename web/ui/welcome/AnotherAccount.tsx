import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button.tsx";
import { StepHeading } from "../recovery/StepHeading.tsx";
import css from "./CreateAccount.module.css";
import { EraseDevice } from "./EraseDevice.tsx";

/** A browser holds one account: the way to another one, and what it costs. */
export function AnotherAccount() {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <Button look="plain" onClick={() => setAsked(true)}>
        {t("erase.another")}
      </Button>
    );
  }
  return (
    <section className={css["form"]}>
      <StepHeading>{t("erase.another")}</StepHeading>
      <p>{t("erase.anotherText")}</p>
      <EraseDevice />
    </section>
  );
}
