import type { SignInRefusal } from "@tacit/web/core/client-api";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import css from "./CreateAccount.module.css";

/** Handle and password, once more. `knownLogin`: of the account whose keys are here. */
export function SignInForm({ knownLogin }: { readonly knownLogin: string }) {
  const { t } = useTranslation();
  const { client, prepare, perform } = useSurroundings();
  const [login, setLogin] = useState(knownLogin);
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState<SignInRefusal>();
  const [isWorking, setWorking] = useState(false);

  async function signIn() {
    setRefusal(undefined);
    setWorking(true);
    try {
      const answer = await client.signIn(login, password);
      if (!answer.ok) setRefusal(answer.reason);
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(signIn());
  }

  const words = refusal === undefined ? undefined : t(`signIn.refused.${refusal}`);
  return (
    <Form className={css["form"]} onFocus={prepare} onSubmit={submit}>
      <Field
        label={t("signIn.login")}
        error={refusal === "no-keys" ? words : undefined}
        value={login}
        onChange={(event) => setLogin(event.target.value)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <PasswordField
        label={t("signIn.password")}
        value={password}
        onValue={setPassword}
        autoComplete="current-password"
        error={refusal === "no-keys" ? undefined : words}
      />
      <Button type="submit" look="primary" isWide isBusy={isWorking}>
        {t(isWorking ? "signIn.working" : "signIn.submit")}
      </Button>
    </Form>
  );
}
