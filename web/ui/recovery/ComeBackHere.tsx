import type { ComeBackRefusal } from "@tacit/web/core/client-api";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import css from "../welcome/CreateAccount.module.css";
import { useInvalidFocus } from "../welcome/use-invalid-focus.ts";

/** Goes on in an older copy as a new device, with the messages that are in it. */
export function ComeBackHere() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [, navigate] = useLocation();
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState<{ readonly reason: ComeBackRefusal }>();
  const [isWorking, setWorking] = useState(false);
  const form = useInvalidFocus(refusal);

  async function comeBack() {
    setRefusal(undefined);
    setWorking(true);
    try {
      const back = await client.comeBackHere(password);
      if (back.ok) navigate(paths.list);
      else setRefusal({ reason: back.reason });
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(comeBack());
  }

  const reason = refusal?.reason;
  const said = reason && t(`restored.refused.${reason}`);
  return (
    <Form ref={form} className={css["form"]} onSubmit={submit} noValidate>
      <PasswordField
        label={t("signIn.password")}
        value={password}
        onValue={(value) => {
          setPassword(value);
          setRefusal(undefined);
        }}
        autoComplete="current-password"
        error={reason === "wrong-password" ? said : undefined}
      />
      {said !== undefined && reason !== "wrong-password" && (
        <p className={css["refusal"]} role="alert">
          {said}
        </p>
      )}
      <Button type="submit" look="primary" isBusy={isWorking}>
        {t(isWorking ? "comeBack.working" : "restored.goOn")}
      </Button>
    </Form>
  );
}
