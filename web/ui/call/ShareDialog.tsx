import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Choice, Choices } from "../parts/Choices.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { plainName } from "../parts/plain-name.ts";

/** What the screen has on it decides how it is sent; the browser then asks which one. */
export function ShareDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [preset, setPreset] = useState<"text" | "motion">("text");
  return (
    <Dialog
      title={t("call.shareChoice.title")}
      text={t("call.shareChoice.text", { name: plainName(name) })}
      isOpen
      onClose={onClose}
    >
      <Choices label={t("call.shareChoice.preset")}>
        <Choice
          label={t("call.shareChoice.textPreset")}
          hint={t("call.shareChoice.textHint")}
          isChosen={preset === "text"}
          onChoose={() => setPreset("text")}
        />
        <Choice
          label={t("call.shareChoice.motionPreset")}
          hint={t("call.shareChoice.motionHint")}
          isChosen={preset === "motion"}
          onChoose={() => setPreset("motion")}
        />
      </Choices>
      <p>{t(mayShareSound() ? "call.shareChoice.sound" : "call.shareChoice.noSound")}</p>
      <DialogActions>
        <Button onClick={onClose}>{t("app.cancel")}</Button>
        <Button
          look="primary"
          data-autofocus
          onClick={() => {
            perform(client.setSending({ screen: preset }));
            onClose();
          }}
        >
          {t("call.shareChoice.start")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Only browsers on Chromium share sound; none says so beforehand. */
function mayShareSound(): boolean {
  return "CropTarget" in window || "documentPictureInPicture" in window;
}
