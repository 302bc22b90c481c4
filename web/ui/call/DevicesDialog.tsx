import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { DeviceFields } from "./DeviceFields.tsx";
import { useOwnStream } from "./use-stage.ts";

/** Another microphone, camera or speaker, in the middle of a call. */
export function DevicesDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  return (
    <Dialog title={t("call.devices")} isOpen onClose={onClose}>
      <DeviceFields
        microphone={useOwnStream("microphone")}
        onPicked={(source) => perform(client.renewCapture(source))}
      />
    </Dialog>
  );
}
