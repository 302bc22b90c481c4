import type { CallView } from "@tacit/web/core/call-view";
import { Mic, MicOff, PhoneOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { IconButton } from "../parts/Button.tsx";
import { plainName } from "../parts/plain-name.ts";
import css from "./CallBar.module.css";
import { CallStatus } from "./CallStatus.tsx";
import { DraggableTile } from "./DraggableTile.tsx";
import { Picture } from "./Picture.tsx";
import { useTheirStreams } from "./use-stage.ts";

/** The call while the person reads and writes: a bar above everything, and their picture in a corner. */
export function CallBar({ call, onReturn }: { readonly call: CallView; readonly onReturn: () => void }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const streams = useTheirStreams(call.id);
  const name = plainName(call.name);
  const isMuted = call.own.microphone !== "on";
  const shown = call.theirs.screen ? "screen" : call.theirs.camera ? "camera" : undefined;
  return (
    <>
      <section className={css["bar"]} aria-label={t("call.barWith", { name })} data-region="bar">
        <button type="button" className={css["return"]} onClick={onReturn}>
          {t("call.return")}
        </button>
        <CallStatus call={call} />
        <IconButton
          icon={isMuted ? MicOff : Mic}
          label={t(isMuted ? "call.unmute" : "call.mute")}
          onClick={() => perform(client.setSending({ microphone: isMuted }))}
        />
        <IconButton icon={PhoneOff} label={t("call.hangUp")} onClick={() => perform(client.hangUp())} />
      </section>
      {shown !== undefined && (
        <DraggableTile onPress={onReturn} label={t("call.return")}>
          <Picture
            stream={streams.get(shown)}
            label={t(shown === "screen" ? "call.theirScreen" : "call.theirVideo", { name })}
            isWhole={shown === "screen"}
            isDimmed={call.phase === "reconnecting"}
          />
        </DraggableTile>
      )}
    </>
  );
}

/** The call is in another tab of this browser. */
export function ElsewhereBar({ call }: { readonly call: CallView }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const name = plainName(call.name);
  const isRinging = call.phase === "incoming";
  return (
    <section className={css["bar"]} data-look="elsewhere" data-region="bar" aria-label={t("call.barWith", { name })}>
      <span>{t(isRinging ? "call.elsewhere.ringing" : "call.elsewhere.running", { name })}</span>
      <button
        type="button"
        className={css["action"]}
        onClick={() => perform(isRinging ? client.declineCall() : client.hangUp())}
      >
        {t(isRinging ? "call.decline" : "call.hangUp")}
      </button>
    </section>
  );
}
