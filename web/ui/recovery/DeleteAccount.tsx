import type { DeletionRefusal } from "@tacit/web/core/client-api";
import { Trash2 } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { forgetAppearance } from "../app/appearance.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { usePasskey } from "../app/use-passkey.ts";
import { Button } from "../parts/Button.tsx";
import { Checkbox } from "../parts/Checkbox.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import form from "../welcome/CreateAccount.module.css";
import { useInvalidFocus } from "../welcome/use-invalid-focus.ts";
import css from "./DeleteAccount.module.css";

const CONSEQUENCES = ["server", "browser", "others"] as const;

export function DeleteAccount() {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button icon={Trash2} onClick={() => setAsked(true)}>
        {t("settings.deleteAccount")}
      </Button>
      <Dialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={t("deleteAccount.title")}
        text={t("deleteAccount.text")}
      >
        <ul className={css["consequences"]}>
          {CONSEQUENCES.map((one) => (
            <li key={one}>{t(`deleteAccount.consequences.${one}`)}</li>
          ))}
        </ul>
        <DeleteForm onCancel={() => setAsked(false)} />
      </Dialog>
    </>
  );
}

function DeleteForm({ onCancel }: { readonly onCancel: () => void }) {
  const { t } = useTranslation();
  const { client, passkeys, perform } = useSurroundings();
  const passkey = usePasskey();
  const [password, setPassword] = useState("");
  const [isUnderstood, setUnderstood] = useState(false);
  const [refusal, setRefusal] = useState<DeletionRefusal>();
  const [isWorking, setWorking] = useState(false);
  const ref = useInvalidFocus(refusal);

  async function deleteNow() {
    setRefusal(undefined);
    setWorking(true);
    try {
      const deleted = await client.deleteAccount(password);
      if (!deleted.ok) return setRefusal(deleted.reason);
      if (passkey !== undefined) passkeys.forget(passkey);
      forgetAppearance();
      location.hash = "";
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(deleteNow());
  }

  const words = refusal === undefined ? undefined : t(`deleteAccount.refused.${refusal}`);
  return (
    <Form ref={ref} className={form["form"]} onSubmit={submit}>
      <PasswordField
        label={t("signIn.password")}
        error={refusal === "wrong-password" ? words : undefined}
        value={password}
        onValue={(value) => {
          setPassword(value);
          setRefusal(undefined);
        }}
        autoComplete="current-password"
      />
      <Checkbox label={t("deleteAccount.understood")} isChecked={isUnderstood} onChange={setUnderstood} />
      {words !== undefined && refusal !== "wrong-password" && (
        <p className={form["refusal"]} role="alert">
          {words}
        </p>
      )}
      <DialogActions>
        <Button onClick={onCancel}>{t("app.cancel")}</Button>
        <Button type="submit" look="danger" disabled={!isUnderstood} isBusy={isWorking}>
          {t(isWorking ? "deleteAccount.working" : "deleteAccount.submit")}
        </Button>
      </DialogActions>
    </Form>
  );
}
