import { Mic } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { DeviceFields } from "../call/DeviceFields.tsx";
import { usePreview } from "../call/use-preview.ts";
import { useRefusal } from "../call/use-refusal.ts";
import { useOwnStream } from "../call/use-stage.ts";
import { Button } from "../parts/Button.tsx";

/** What calls use on this device, tried out before anybody is called. */
export function CallSettings() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const inCall = useOwnStream("microphone");
  const preview = usePreview("microphone");
  const refusal = useRefusal(
    preview.refusal === undefined ? undefined : { source: "microphone", reason: preview.refusal },
  );
  return (
    <>
      {refusal !== undefined && <p role="alert">{refusal}</p>}
      <DeviceFields
        microphone={inCall ?? preview.stream}
        onPicked={(source) => {
          if (source === "microphone") preview.restart();
          if (inCall !== undefined) perform(client.renewCapture(source));
        }}
      />
      {inCall === undefined && preview.stream === undefined && (
        <div>
          <Button icon={Mic} onClick={preview.start}>
            {t("call.device.try")}
          </Button>
        </div>
      )}
    </>
  );
}
