import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, type Ref, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button.tsx";
import { Field } from "./Field.tsx";

type PasswordFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly autoComplete: "new-password" | "current-password";
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isShown?: boolean | undefined;
  readonly onShown?: ((isShown: boolean) => void) | undefined;
  readonly ref?: Ref<HTMLInputElement> | undefined;
  readonly autoFocus?: boolean | undefined;
};

/** Pasting and password managers work; the text can be shown. `isShown` and `onShown` where the screen decides. */
export function PasswordField({ onValue, isShown, onShown, ...field }: PasswordFieldProps) {
  const { t } = useTranslation();
  const [isOwnShown, setOwnShown] = useState(false);
  const shown = isShown ?? isOwnShown;
  return (
    <Field
      {...field}
      dir="ltr"
      type={shown ? "text" : "password"}
      required
      spellCheck={false}
      autoCapitalize="none"
      onChange={(event) => onValue(event.target.value)}
      inside={
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={t(shown ? "create.hide" : "create.show")}
          onClick={() => (onShown ?? setOwnShown)(!shown)}
        />
      }
    />
  );
}
