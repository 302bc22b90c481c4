import type { SignInRefusal } from "@tacit/web/core/client-api";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import css from "./CreateAccount.module.css";
import { Entrance } from "./Entrance.tsx";
import { EraseDevice } from "./EraseDevice.tsx";

/** In a browser without an account. */
export function SignIn({ onCreate }: { readonly onCreate: () => void }) {
  const { t } = useTranslation();
  const [hasNoKeys, setNoKeys] = useState(false);
  if (hasNoKeys) {
    return (
      <Entrance title={t("signIn.noKeysTitle")} text={t("signIn.noKeys")}>
        <p>{t("signIn.noKeysChoice")}</p>
        <Button look="primary" onClick={onCreate}>
          {t("signIn.create")}
        </Button>
        <Button look="plain" onClick={() => setNoKeys(false)}>
          {t("app.back")}
        </Button>
      </Entrance>
    );
  }
  return (
    <Entrance title={t("signIn.title")}>
      <SignInForm onNoKeys={() => setNoKeys(true)} />
      <Button look="plain" onClick={onCreate}>
        {t("signIn.create")}
      </Button>
    </Entrance>
  );
}

/** The keys are here, and the relay wants the password again. */
export function SignInAgain({ login }: { readonly login: string }) {
  const { t } = useTranslation();
  return (
    <Entrance title={t("signIn.again")} text={t("signIn.againHint")}>
      <SignInForm knownLogin={login} />
      <EraseDevice />
    </Entrance>
  );
}

type SignInFormProps = { readonly knownLogin?: string; readonly onNoKeys?: () => void };

function SignInForm({ knownLogin = "", onNoKeys }: SignInFormProps) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [login, setLogin] = useState(knownLogin);
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState<Exclude<SignInRefusal, "no-keys">>();
  const [isWorking, setWorking] = useState(false);

  async function signIn() {
    setRefusal(undefined);
    setWorking(true);
    try {
      const answer = await client.signIn(login.trim(), password);
      if (answer.ok) return;
      if (answer.reason === "no-keys") onNoKeys?.();
      else setRefusal(answer.reason);
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(signIn());
  }

  return (
    <form className={css["form"]} onSubmit={submit}>
      <Field
        label={t("signIn.login")}
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
        error={refusal === undefined ? undefined : t(`signIn.refused.${refusal}`)}
      />
      <Button type="submit" look="primary" isWide isBusy={isWorking}>
        {t(isWorking ? "signIn.working" : "signIn.submit")}
      </Button>
    </form>
  );
}
