import { Dices } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import css from "./CreateAccount.module.css";
import { generatePassword } from "./generate-password.ts";

type NewPasswordProps = {
  readonly label: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
};

/** A password to choose: thought up, pasted, or generated and then shown. */
export function NewPassword({ label, hint, error, value, onValue }: NewPasswordProps) {
  const { t } = useTranslation();
  const { random } = useSurroundings();
  const [isShown, setShown] = useState(false);
  const [isGenerated, setGenerated] = useState(false);

  function generate() {
    onValue(generatePassword(random));
    setShown(true);
    setGenerated(true);
  }

  return (
    <div className={css["password"]}>
      <PasswordField
        label={label}
        hint={isGenerated ? t("create.generated") : hint}
        error={error}
        value={value}
        onValue={(typed) => {
          onValue(typed);
          setGenerated(false);
        }}
        autoComplete="new-password"
        isShown={isShown}
        onShown={setShown}
      />
      <Button look="plain" icon={Dices} onClick={generate}>
        {t("create.generate")}
      </Button>
    </div>
  );
}
