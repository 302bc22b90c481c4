import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounced } from "../app/announcements.ts";
import { Dialog } from "./Dialog.tsx";
import css from "./QrScanner.module.css";

type QrScannerProps = {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** The text of the first code that the camera sees. */
  readonly onScanned: (text: string) => void;
};

export function QrScanner({ isOpen, onClose, onScanned }: QrScannerProps) {
  const { t } = useTranslation();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t("scan.title")} text={t("scan.hint")}>
      <Camera onScanned={onScanned} />
    </Dialog>
  );
}

type CameraState = "starting" | "live" | "blocked" | "none";

/** Looks through the camera while it is mounted. Pictures never leave this function. */
function Camera({ onScanned }: Pick<QrScannerProps, "onScanned">) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const scanned = useRef(onScanned);
  const [state, setState] = useState<CameraState>("starting");
  useEffect(() => {
    scanned.current = onScanned;
  });

  useEffect(() => {
    const player = video.current;
    if (player === null) return;
    let isWanted = true;
    let stop = () => {};
    const start = async () => {
      const { frameLoop, QRCanvas, rearCamera } = await import("qr/dom.js");
      const camera = await rearCamera(player);
      const canvas = new QRCanvas();
      const endLoop = frameLoop(async () => {
        const text = await camera.readFrame(canvas);
        if (isWanted && typeof text === "string") scanned.current(text);
      }, player);
      stop = () => {
        endLoop();
        camera.stop();
      };
      if (isWanted) setState("live");
      else stop();
    };
    start().catch((error: unknown) => {
      const isBlocked = error instanceof DOMException && error.name === "NotAllowedError";
      if (isWanted) setState(isBlocked ? "blocked" : "none");
    });
    return () => {
      isWanted = false;
      stop();
    };
  }, []);

  const words = state === "live" ? "" : t(`scan.${state}`);
  useAnnounced(words);
  return (
    <div className={css["finder"]} data-state={state}>
      <video ref={video} muted playsInline />
      {words !== "" && <p>{words}</p>}
    </div>
  );
}
