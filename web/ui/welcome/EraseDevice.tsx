import { useState } from "react";
import { useTranslation } from "react-i18next";
import { forgetAppearance } from "../app/appearance.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Checkbox } from "../parts/Checkbox.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";

/** A button that asks twice. */
export function EraseDevice() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [isAsked, setAsked] = useState(false);
  const [isUnderstood, setUnderstood] = useState(false);

  async function erase() {
    await client.eraseDevice();
    forgetAppearance();
    location.hash = "";
  }

  return (
    <>
      <Button onClick={() => setAsked(true)}>{t("erase.open")}</Button>
      <Dialog isOpen={isAsked} onClose={() => setAsked(false)} title={t("erase.title")} text={t("erase.text")}>
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
