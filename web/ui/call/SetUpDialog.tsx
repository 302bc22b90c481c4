import type { ContactId } from "@tacit/web/core/views";
import { Mic, Phone, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { plainName } from "../parts/plain-name.ts";
import css from "./DeviceFields.module.css";
import { DeviceFields } from "./DeviceFields.tsx";
import { Picture } from "./Picture.tsx";
import { usePreview } from "./use-preview.ts";

type SetUpDialogProps = {
  readonly asked: { readonly contact: ContactId; readonly isVideo: boolean };
  readonly onReady: () => void;
  readonly onClose: () => void;
};

/** Before the first call: what it needs, and whether it works. */
export function SetUpDialog({ asked, onReady, onClose }: SetUpDialogProps) {
  const { t } = useTranslation();
  const details = useView({ view: "contact", contact: asked.contact });
  const microphone = usePreview("microphone");
  const camera = usePreview("camera");
  const name = plainName(details?.name ?? "");
  return (
    <Dialog title={t("call.setUp.title")} text={t("call.setUp.text")} isOpen onClose={onClose}>
      {microphone.refusal !== undefined && <p role="alert">{t(`call.refusal.microphone.${microphone.refusal}`)}</p>}
      {microphone.stream === undefined ? (
        <Button look="primary" icon={Mic} isWide data-autofocus onClick={microphone.start}>
          {t("call.setUp.allow")}
        </Button>
      ) : (
        <>
          {asked.isVideo && camera.stream !== undefined && (
            <div className={css["preview"]}>
              <Picture stream={camera.stream} label={t("call.ownVideo")} isMirrored />
            </div>
          )}
          {asked.isVideo && camera.stream === undefined && (
            <Button icon={Video} isWide onClick={camera.start}>
              {t("call.setUp.allowCamera")}
            </Button>
          )}
          {camera.refusal !== undefined && <p role="alert">{t(`call.refusal.camera.${camera.refusal}`)}</p>}
          <DeviceFields
            microphone={microphone.stream}
            onPicked={(source) => (source === "camera" ? camera : microphone).restart()}
          />
        </>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t("app.cancel")}</Button>
        {microphone.stream !== undefined && (
          <Button look="primary" icon={Phone} onClick={onReady}>
            {t("call.setUp.go", { name })}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
