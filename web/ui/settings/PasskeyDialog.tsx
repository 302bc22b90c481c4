import type { Me } from "@tacit/web/core/views";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type NoPasskeyMade, useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import { addPasskey } from "./add-passkey.ts";
import css from "./Settings.module.css";

type PasskeyDialogProps = { readonly me: Me; readonly onClose: () => void };

/**
 * Adds or takes away the passkey. The password comes first, and the passkey is made by a press of its own: browsers want
 * one, and a password that turns out wrong leaves no passkey behind.
 */
export function PasskeyDialog({ me, onClose }: PasskeyDialogProps) {
  const { t } = useTranslation();
  const { client, passkeys, perform } = useSurroundings();
  // What is to be done does not change when it is done.
  const [before] = useState(me.passkey);
  const [password, setPassword] = useState("");
  const [isChecked, setChecked] = useState(false);
  const [refusal, setRefusal] = useState<NoPasskeyMade | "wrong-password">();
  const [isWorking, setWorking] = useState(false);

  async function step() {
    setRefusal(undefined);
    setWorking(true);
    try {
      const next = await (isChecked ? make() : before === undefined ? check() : remove());
      if (next !== undefined) setRefusal(next);
    } finally {
      setWorking(false);
    }
  }

  async function check() {
    const checked = await client.checkPassword(password);
    if (!checked.ok) return checked.reason;
    setChecked(true);
    return undefined;
  }

  async function make() {
    const refused = await addPasskey(client, passkeys, me, password);
    if (refused === undefined) onClose();
    return refused;
  }

  async function remove() {
    const removed = await client.setPasskey(password);
    if (!removed.ok) return removed.reason;
    if (before !== undefined) passkeys.forget(before);
    onClose();
    return undefined;
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(step());
  }

  const doing = before !== undefined ? "remove" : isChecked ? "make" : "check";
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t(before === undefined ? "passkey.addTitle" : "passkey.removeTitle")}
      text={t(`passkey.text.${doing}`)}
    >
      <Form className={css["rows"]} onSubmit={submit}>
        {!isChecked && (
          <PasswordField
            data-autofocus=""
            label={t("signIn.password")}
            value={password}
            onValue={setPassword}
            autoComplete="current-password"
            error={refusal === "wrong-password" ? t("settings.wrong") : undefined}
          />
        )}
        {refusal !== undefined && refusal !== "wrong-password" && <p role="alert">{t(`passkey.refused.${refusal}`)}</p>}
        <DialogActions>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="primary" isBusy={isWorking}>
            {t(`passkey.do.${doing}`)}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
