import type { CallView } from "@tacit/web/core/call-view";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { plainName } from "../parts/plain-name.ts";
import css from "./CallBar.module.css";
import { toSpeaker } from "./ring.ts";
import { useDeviceChoice, useTheirStreams } from "./use-stage.ts";

/** Plays what they say and the sound of their screen, wherever the call is shown. */
export function TheirSound({ call }: { readonly call: CallView }) {
  const { t } = useTranslation();
  const streams = useTheirStreams(call.id);
  const [isBlocked, setBlocked] = useState(false);
  return (
    <>
      <Sound stream={streams.get("microphone")} onBlocked={setBlocked} />
      <Sound stream={streams.get("screen-sound")} onBlocked={setBlocked} />
      {isBlocked && (
        <p className={css["blocked"]} role="alert">
          {t("call.soundBlocked", { name: plainName(call.name) })}
        </p>
      )}
    </>
  );
}

type SoundProps = { readonly stream: MediaStream | undefined; readonly onBlocked: (isBlocked: boolean) => void };

function Sound({ stream, onBlocked }: SoundProps) {
  const player = useRef<HTMLAudioElement>(null);
  const speaker = useDeviceChoice()?.speaker;

  useEffect(() => {
    const audio = player.current;
    if (audio === null || stream === undefined) return;
    audio.srcObject = stream;
    const start = () =>
      audio.play().then(
        () => onBlocked(false),
        (error: unknown) => onBlocked(error instanceof DOMException && error.name === "NotAllowedError"),
      );
    const again = () => void start();
    again();
    document.addEventListener("pointerdown", again);
    return () => {
      document.removeEventListener("pointerdown", again);
      audio.srcObject = null;
    };
  }, [stream, onBlocked]);

  useEffect(() => {
    if (player.current !== null) void toSpeaker(player.current, speaker ?? "");
  }, [speaker]);

  // biome-ignore lint/a11y/useMediaCaption: a live conversation has no captions.
  return <audio ref={player} />;
}
