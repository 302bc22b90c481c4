import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button.tsx";
import { Entrance } from "./Entrance.tsx";
import { SignInForm } from "./SignInForm.tsx";

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
