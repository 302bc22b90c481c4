import type { CallView } from "@tacit/web/core/call-view";
import { ZoomIn, ZoomOut } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../parts/Avatar.tsx";
import { IconButton } from "../parts/Button.tsx";
import { plainName } from "../parts/plain-name.ts";
import css from "./CallScreen.module.css";
import { DraggableTile } from "./DraggableTile.tsx";
import { Picture } from "./Picture.tsx";
import { useLevel } from "./use-level.ts";
import { useDeviceChoice, useOwnStream, useTheirStreams } from "./use-stage.ts";

const SPEAKING = 0.06;

/** What they show, largest first: their screen, their camera, or who they are; and our own camera in a corner. */
export function CallPictures({ call }: { readonly call: CallView }) {
  const { t } = useTranslation();
  const streams = useTheirStreams(call.id);
  const own = useOwnStream("camera");
  const facing = useDeviceChoice()?.facing;
  const face = useRef<HTMLDivElement>(null);
  const name = plainName(call.name);
  const isOver = call.phase === "ended";
  const isLost = call.phase === "reconnecting";
  const camera = call.theirs.camera && !isOver ? streams.get("camera") : undefined;
  const shared = call.theirs.screen && !isOver ? streams.get("screen") : undefined;
  useLevel(streams.get("microphone"), (level) => {
    face.current?.toggleAttribute("data-speaking", level > SPEAKING);
  });
  return (
    <div className={css["pictures"]} ref={face}>
      {shared !== undefined ? (
        <SharedScreen stream={shared} label={t("call.theirScreen", { name })} isDimmed={isLost} />
      ) : camera !== undefined ? (
        <Picture stream={camera} label={t("call.theirVideo", { name })} isDimmed={isLost} />
      ) : (
        <div className={css["face"]}>
          <Avatar name={call.name} of={call.contact} size="lg" />
        </div>
      )}
      {shared !== undefined && camera !== undefined && (
        <div className={css["beside"]}>
          <Picture stream={camera} label={t("call.theirVideo", { name })} isDimmed={isLost} />
        </div>
      )}
      {call.own.camera === "on" && own !== undefined && !isOver && (
        <DraggableTile label={t("call.ownVideo")}>
          <Picture stream={own} label={t("call.ownVideo")} isMirrored={facing !== "environment"} />
        </DraggableTile>
      )}
    </div>
  );
}

type SharedScreenProps = { readonly stream: MediaStream; readonly label: string; readonly isDimmed: boolean };

/** Whole, or larger than its place and scrolled. */
function SharedScreen({ stream, label, isDimmed }: SharedScreenProps) {
  const { t } = useTranslation();
  const [zoom, setZoom] = useState(1);
  const size = `${zoom * 100}%`;
  return (
    <div className={css["shared"]}>
      <div className={css["scroll"]} tabIndex={zoom > 1 ? 0 : undefined}>
        <Picture
          stream={stream}
          label={label}
          isWhole
          isDimmed={isDimmed}
          style={{ inlineSize: size, blockSize: size }}
        />
      </div>
      <div className={css["zoom"]}>
        <IconButton
          icon={ZoomOut}
          label={t("call.zoomOut")}
          disabled={zoom <= 1}
          onClick={() => setZoom(Math.max(1, zoom / 1.5))}
          className={css["button"]}
        />
        <IconButton
          icon={ZoomIn}
          label={t("call.zoomIn")}
          disabled={zoom >= 5}
          onClick={() => setZoom(Math.min(5.1, zoom * 1.5))}
          className={css["button"]}
        />
      </div>
    </div>
  );
}
