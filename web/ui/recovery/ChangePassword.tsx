import type { PasswordChangeRefusal } from "@tacit/web/core/client-api";
import { MIN_PASSWORD_CHARACTERS } from "@tacit/web/core/login-name";
import { RectangleEllipsis } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import css from "../welcome/CreateAccount.module.css";
import { NewPassword } from "../welcome/NewPassword.tsx";
import { useInvalidFocus } from "../welcome/use-invalid-focus.ts";

/** unsettled: nobody knows yet which of the two passwords counts. */
type Outcome = "changed" | "unsettled";
type Refusal = Exclude<PasswordChangeRefusal, "unsettled">;

export function ChangePassword() {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();

  function ask() {
    setOutcome(undefined);
    setAsked(true);
  }

  const close = () => setAsked(false);
  return (
    <>
      <Button icon={RectangleEllipsis} onClick={ask}>
        {t("settings.changePassword")}
      </Button>
      {outcome === undefined ? (
        <Dialog isOpen={isAsked} onClose={close} title={t("changePassword.title")} text={t("changePassword.text")}>
          <ChangeForm onCancel={close} onOutcome={setOutcome} />
        </Dialog>
      ) : (
        <Dialog
          isOpen={isAsked}
          onClose={close}
          title={t(`changePassword.outcome.${outcome}`)}
          text={t(`changePassword.outcomeText.${outcome}`)}
        >
          <DialogActions>
            <Button look="primary" onClick={close}>
              {t("app.close")}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}

type ChangeFormProps = { readonly onCancel: () => void; readonly onOutcome: (outcome: Outcome) => void };

function ChangeForm({ onCancel, onOutcome }: ChangeFormProps) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const [refusal, setRefusal] = useState<{ readonly reason: Refusal }>();
  const [isWorking, setWorking] = useState(false);
  const form = useInvalidFocus(refusal);

  async function change() {
    setRefusal(undefined);
    if (after.length < MIN_PASSWORD_CHARACTERS) return setRefusal({ reason: "password-short" });
    setWorking(true);
    try {
      const changed = await client.changePassword(before, after);
      if (changed.ok) onOutcome("changed");
      else if (changed.reason === "unsettled") onOutcome("unsettled");
      else setRefusal({ reason: changed.reason });
    } finally {
      setWorking(false);
    }
  }

  function correct(set: (value: string) => void) {
    return (value: string) => {
      set(value);
      setRefusal(undefined);
    };
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(change());
  }

  const reason = refusal?.reason;
  const words = reason === undefined ? undefined : t(`changePassword.refused.${reason}`);
  const isAtField = reason === "wrong-password" || reason === "password-short";
  return (
    <Form ref={form} className={css["form"]} onSubmit={submit} noValidate>
      <PasswordField
        data-autofocus=""
        label={t("changePassword.before")}
        error={reason === "wrong-password" ? words : undefined}
        value={before}
        onValue={correct(setBefore)}
        autoComplete="current-password"
      />
      <NewPassword
        label={t("changePassword.after")}
        hint={t("changePassword.afterHint")}
        error={reason === "password-short" ? words : undefined}
        value={after}
        onValue={correct(setAfter)}
      />
      {words !== undefined && !isAtField && (
        <p className={css["refusal"]} role="alert">
          {words}
        </p>
      )}
      <DialogActions>
        <Button onClick={onCancel}>{t("app.cancel")}</Button>
        <Button type="submit" look="primary" isBusy={isWorking}>
          {t(isWorking ? "changePassword.working" : "changePassword.submit")}
        </Button>
      </DialogActions>
    </Form>
  );
}
