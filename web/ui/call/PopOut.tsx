import type { CallView } from "@tacit/web/core/call-view";
import { Mic, MicOff, PhoneOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { IconButton } from "../parts/Button.tsx";
import { plainName } from "../parts/plain-name.ts";
import controls from "./CallScreen.module.css";
import { Picture } from "./Picture.tsx";
import css from "./PopOut.module.css";
import { useTheirStreams } from "./use-stage.ts";

/** Not yet in TypeScript's DOM library. https://wicg.github.io/document-picture-in-picture/ */
type Pictures = { requestWindow(size: { readonly width: number; readonly height: number }): Promise<Window> };

function pictures(): Pictures | undefined {
  return (window as { readonly documentPictureInPicture?: Pictures }).documentPictureInPicture;
}

export function canPopOut(): boolean {
  return pictures() !== undefined;
}

/** The call in a small window above all others, with what one needs there. */
export function PopOut({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const streams = useTheirStreams(call.id);
  const [small, setSmall] = useState<Window>();
  const closed = useRef(onClose);
  closed.current = onClose;

  useEffect(() => {
    let opened: Window | undefined;
    let isOver = false;
    const open = async () => {
      try {
        opened = await pictures()?.requestWindow({ width: 360, height: 270 });
      } catch {
        closed.current();
        return;
      }
      if (opened === undefined) return closed.current();
      if (isOver) return opened.close();
      for (const sheet of document.querySelectorAll('link[rel="stylesheet"], style')) {
        opened.document.head.append(sheet.cloneNode(true));
      }
      opened.document.documentElement.dataset["theme"] = document.documentElement.dataset["theme"] ?? "dark";
      opened.addEventListener("pagehide", () => closed.current());
      setSmall(opened);
    };
    void open();
    return () => {
      isOver = true;
      opened?.close();
    };
  }, []);

  if (small === undefined) return null;
  const isMuted = call.own.microphone !== "on";
  const shown = call.theirs.screen ? "screen" : call.theirs.camera ? "camera" : undefined;
  return createPortal(
    <div className={css["popOut"]}>
      {shown === undefined ? (
        <Avatar name={call.name} of={call.contact} size="lg" />
      ) : (
        <Picture
          stream={streams.get(shown)}
          label={t("call.theirVideo", { name: plainName(call.name) })}
          isWhole={shown === "screen"}
        />
      )}
      <div className={css["popOutControls"]}>
        <IconButton
          icon={isMuted ? MicOff : Mic}
          label={t(isMuted ? "call.unmute" : "call.mute")}
          onClick={() => perform(client.setSending({ microphone: isMuted }))}
          className={controls["control"]}
        />
        <IconButton
          icon={PhoneOff}
          label={t("call.hangUp")}
          onClick={() => perform(client.hangUp())}
          className={controls["hangUp"]}
        />
      </div>
    </div>,
    small.document.body,
  );
}
