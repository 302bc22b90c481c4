import { useState } from "react";
import { useTranslation } from "react-i18next";
import { forgetAppearance } from "../app/appearance.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { usePasskey } from "../app/use-passkey.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Checkbox } from "../parts/Checkbox.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import css from "./CreateAccount.module.css";

/** A button that asks twice. */
export function EraseDevice({ onErased }: { readonly onErased?: () => void }) {
  const { t } = useTranslation();
  const { client, passkeys, perform } = useSurroundings();
  const passkey = usePasskey();
  const recovery = useView({ view: "recovery" });
  const [isAsked, setAsked] = useState(false);
  const [isUnderstood, setUnderstood] = useState(false);

  async function erase() {
    await client.eraseDevice();
    if (passkey !== undefined) passkeys.forget(passkey);
    forgetAppearance();
    location.hash = "";
    onErased?.();
  }

  return (
    <>
      <Button onClick={() => setAsked(true)}>{t("erase.open")}</Button>
      <Dialog isOpen={isAsked} onClose={() => setAsked(false)} title={t("erase.title")} text={t("erase.text")}>
        {recovery?.isConfirmed === false && <p className={css["warning"]}>{t("erase.noKey")}</p>}
        <Checkbox label={t("erase.understood")} isChecked={isUnderstood} onChange={setUnderstood} />
        <DialogActions>
          <Button onClick={() => setAsked(false)}>{t("app.cancel")}</Button>
          <Button look="danger" disabled={!isUnderstood} onClick={() => perform(erase())}>
            {t("erase.confirm")}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
