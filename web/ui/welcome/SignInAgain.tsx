import { useTranslation } from "react-i18next";
import { AnotherAccount } from "./AnotherAccount.tsx";
import { Entrance } from "./Entrance.tsx";
import { SignInForm } from "./SignInForm.tsx";

type SignInAgainProps = {
  readonly login: string;
  /** The password was right a moment ago, and the relay did not let this device in. */
  readonly isReplaced: boolean;
};

/** The keys are here, and the relay wants the password again. */
export function SignInAgain({ login, isReplaced }: SignInAgainProps) {
  const { t } = useTranslation();
  return (
    <Entrance
      title={t(isReplaced ? "signIn.replaced" : "signIn.again")}
      text={t(isReplaced ? "signIn.replacedHint" : "signIn.againHint", { login })}
    >
      <SignInForm knownLogin={login} />
      <AnotherAccount />
    </Entrance>
  );
}
