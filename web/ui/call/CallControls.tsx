import type { CallView } from "@tacit/web/core/call-view";
import {
  Maximize,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  PhoneOff,
  PictureInPicture2,
  Settings2,
  SwitchCamera,
  Video,
  VideoOff,
} from "lucide-react";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import css from "./CallScreen.module.css";
import { DevicesDialog } from "./DevicesDialog.tsx";
import { ShareDialog } from "./ShareDialog.tsx";
import { useCallKeys } from "./use-call-keys.ts";
import { useDeviceChoice } from "./use-stage.ts";
import { useSentScreen } from "./use-stats.ts";

type CallControlsProps = {
  readonly call: CallView;
  readonly screen: RefObject<HTMLElement | null>;
  readonly onPopOut: (() => void) | undefined;
};

/** Mute, camera, screen, devices; and hanging up, apart from the rest. */
export function CallControls({ call, screen, onPopOut }: CallControlsProps) {
  const { t } = useTranslation();
  const { client, calls, perform } = useSurroundings();
  const [opened, setOpened] = useState<"devices" | "share">();
  const facing = useDeviceChoice()?.facing ?? "user";
  const { own, sinceMs } = call;
  const isMuted = own.microphone !== "on";
  const hasCamera = own.camera !== "off";
  const isTalking = sinceMs !== undefined;

  const share = () => (own.screen === "off" ? setOpened("share") : perform(client.setSending({ screen: "off" })));
  const fullScreen = () => toggleFullScreen(screen.current);
  const mayShare = isTalking && canShare();
  const mayFill = isTalking && document.fullscreenEnabled;
  useCallKeys(screen, call, { share: mayShare ? share : undefined, fullScreen: mayFill ? fullScreen : undefined });

  function flip() {
    calls?.devices.choose({ camera: undefined, facing: facing === "user" ? "environment" : "user" });
    perform(client.renewCapture("camera"));
  }

  return (
    <>
      {own.screen === "on" && <SharingBar call={call} />}
      <div className={css["controls"]} role="toolbar" aria-label={t("call.screen")}>
        <IconButton
          icon={isMuted ? MicOff : Mic}
          label={t(isMuted ? "call.unmute" : "call.mute")}
          aria-pressed={isMuted}
          onClick={() => perform(client.setSending({ microphone: isMuted }))}
          className={css["control"]}
        />
        <IconButton
          icon={hasCamera ? Video : VideoOff}
          label={t(hasCamera ? "call.cameraOff" : "call.cameraOn")}
          aria-pressed={!hasCamera}
          onClick={() => perform(client.setSending({ camera: !hasCamera }))}
          className={css["control"]}
        />
        {own.camera === "on" && isFingers() && (
          <IconButton icon={SwitchCamera} label={t("call.flip")} onClick={flip} className={css["control"]} />
        )}
        {mayShare && (
          <IconButton
            icon={own.screen === "off" ? MonitorUp : MonitorX}
            label={t(own.screen === "off" ? "call.share" : "call.stopShare")}
            onClick={share}
            className={css["control"]}
          />
        )}
        <IconButton
          icon={Settings2}
          label={t("call.devices")}
          onClick={() => setOpened("devices")}
          className={css["control"]}
        />
        {mayFill && (
          <IconButton icon={Maximize} label={t("call.fullScreen")} onClick={fullScreen} className={css["control"]} />
        )}
        {isTalking && onPopOut !== undefined && (
          <IconButton icon={PictureInPicture2} label={t("call.popOut")} onClick={onPopOut} className={css["control"]} />
        )}
        <IconButton
          icon={PhoneOff}
          label={t("call.hangUp")}
          onClick={() => perform(client.hangUp())}
          className={css["hangUp"]}
        />
      </div>
      {opened === "devices" && <DevicesDialog onClose={() => setOpened(undefined)} />}
      {opened === "share" && <ShareDialog name={call.name} onClose={() => setOpened(undefined)} />}
    </>
  );
}

/** Stays for as long as the screen is shared, with what really leaves. */
function SharingBar({ call }: { readonly call: CallView }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const sent = useSentScreen(call.id);
  return (
    <div className={css["sharing"]}>
      <span>{t("call.sharing")}</span>
      {sent !== undefined && <span className={css["sent"]}>{t("call.sent", sent)}</span>}
      <Button onClick={() => perform(client.setSending({ screen: "off" }))}>{t("call.stopShare")}</Button>
    </div>
  );
}

function toggleFullScreen(screen: HTMLElement | null): void {
  const turned = document.fullscreenElement === null ? screen?.requestFullscreen() : document.exitFullscreen();
  turned?.catch(() => undefined);
}

function canShare(): boolean {
  return "getDisplayMedia" in navigator.mediaDevices;
}

function isFingers(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
