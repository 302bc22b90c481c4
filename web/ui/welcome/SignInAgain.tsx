import { useTranslation } from "react-i18next";
import { AnotherAccount } from "./AnotherAccount.tsx";
import { Entrance } from "./Entrance.tsx";
import { SignInForm } from "./SignInForm.tsx";

/** The keys are here, and the relay wants the password again. */
export function SignInAgain({ login }: { readonly login: string }) {
  const { t } = useTranslation();
  return (
    <Entrance title={t("signIn.again")} text={t("signIn.againHint", { login })}>
      <SignInForm knownLogin={login} />
      <AnotherAccount />
    </Entrance>
  );
}
