import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import css from "./Settings.module.css";

/** The password again, to go over to the other mode. */
export function KeepDialog({ keep, onClose }: { readonly keep: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [password, setPassword] = useState("");
  const [isWrong, setWrong] = useState(false);
  const [isWorking, setWorking] = useState(false);

  async function change() {
    setWrong(false);
    setWorking(true);
    try {
      const changed = await client.setKept(password, keep);
      if (changed.ok) onClose();
      else setWrong(true);
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(change());
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("settings.keepPasswordTitle")}
      text={t(keep ? "settings.keepPasswordOn" : "settings.keepPasswordOff")}
    >
      <Form className={css["rows"]} onSubmit={submit}>
        <PasswordField
          data-autofocus=""
          label={t("signIn.password")}
          value={password}
          onValue={setPassword}
          autoComplete="current-password"
          error={isWrong ? t("settings.wrong") : undefined}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="primary" isBusy={isWorking}>
            {t("settings.confirm")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
