import type { Me } from "@tacit/web/core/views";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import { StepHeading } from "../recovery/StepHeading.tsx";
import { AnotherAccount } from "./AnotherAccount.tsx";
import css from "./CreateAccount.module.css";
import { Entrance } from "./Entrance.tsx";
import { EraseDevice } from "./EraseDevice.tsx";
import { UnlockByPasskey } from "./UnlockByPasskey.tsx";

export function Unlock({ passkey }: { readonly passkey?: Me["passkey"] }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [password, setPassword] = useState("");
  const [isWrong, setWrong] = useState(false);
  const [isWorking, setWorking] = useState(false);
  const [hasForgotten, setForgotten] = useState(false);

  async function unlock() {
    setWrong(false);
    setWorking(true);
    try {
      const opened = await client.unlock(password);
      if (!opened.ok) setWrong(true);
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(unlock());
  }

  return (
    <Entrance title={t("unlock.title")} text={t("unlock.hint")}>
      <Form className={css["form"]} onSubmit={submit}>
        <PasswordField
          label={t("unlock.password")}
          value={password}
          onValue={setPassword}
          autoComplete="current-password"
          autoFocus
          error={isWrong ? t("unlock.wrong") : undefined}
        />
        <Button type="submit" look="primary" isWide isBusy={isWorking}>
          {t(isWorking ? "unlock.working" : "unlock.submit")}
        </Button>
      </Form>
      {passkey !== undefined && <UnlockByPasskey passkey={passkey} />}
      {hasForgotten ? (
        <section className={css["form"]}>
          <StepHeading>{t("unlock.forgotTitle")}</StepHeading>
          <p>{t("unlock.forgotText")}</p>
          <EraseDevice />
        </section>
      ) : (
        <Button look="plain" onClick={() => setForgotten(true)}>
          {t("unlock.forgot")}
        </Button>
      )}
      {!hasForgotten && <AnotherAccount />}
    </Entrance>
  );
}
