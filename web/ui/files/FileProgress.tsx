import type { FileView, FileProgress as Progress } from "@tacit/web/core/views";
import { Download, Pause, Play, RotateCw, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { usePlace } from "../app/use-place.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { sizeOf } from "../parts/sizes.ts";
import css from "./FileBody.module.css";

type Moving = Exclude<Progress, { state: "here" }>;
type FileProgressProps = {
  readonly file: FileView;
  readonly name: string;
  readonly progress: Moving;
  readonly tabIndex: number;
};

/** How far a file is, and what the person can do about it. */
export function FileProgress({ file, name, progress, tabIndex }: FileProgressProps) {
  const { t } = useTranslation();
  const place = usePlace();
  const { client, perform } = useSurroundings();
  const { shelf, size } = file;
  const start = () => perform(client.startFile(shelf));
  const cancel = () => perform(client.cancelFile(shelf));

  if (progress.state === "absent") {
    return (
      <>
        {progress.by !== "relay" && (
          <p className={css["size"]}>{t(progress.by === "nowhere" ? "files.state.nowhere" : "files.fromTheirs")}</p>
        )}
        <Button icon={Download} tabIndex={tabIndex} onClick={start} aria-label={t("files.fetch", { name })}>
          {t("files.fetchShort")}
        </Button>
      </>
    );
  }
  const { state, way, doneBytes, bytesPerSecond, failure, by } = progress;
  const words = { done: sizeOf(doneBytes, place), size: sizeOf(size, place) };
  if (state === "failed") {
    const isTakenBack = failure === "withdrawn" && way === "up";
    const why = isTakenBack ? "withdrawnMine" : (failure ?? "lost");
    return (
      <div className={css["failed"]} data-mine={way === "up" || undefined}>
        <p>{t(`files.failure.${why}`)}</p>
        <Button icon={RotateCw} tabIndex={tabIndex} onClick={start}>
          {t(isTakenBack ? "files.sendAfterAll" : "conversation.retry")}
        </Button>
        {way === "up" && !isTakenBack && (
          <Button look="plain" icon={X} tabIndex={tabIndex} onClick={cancel}>
            {t("files.takeBack")}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className={css["moving"]}>
      {(state !== "offered" || doneBytes > 0) && (
        <progress className={css["bar"]} max={size} value={doneBytes} aria-label={t(`files.way.${way}`, { name })} />
      )}
      <span className={css["size"]}>
        {t(`files.state.${sentenceOf(progress)}`, words)}
        {bytesPerSecond !== undefined && ` · ${t("files.speed", { size: sizeOf(bytesPerSecond, place) })}`}
        {state === "moving" && (by === "direct" || by === "relayed") && ` · ${t(`files.by.${by}`)}`}
      </span>
      {state === "paused" ? (
        <IconButton icon={Play} label={t("files.goOn", { name })} tabIndex={tabIndex} onClick={start} />
      ) : (
        <IconButton
          icon={Pause}
          label={t("files.pause", { name })}
          tabIndex={tabIndex}
          onClick={() => perform(client.pauseFile(shelf))}
        />
      )}
      <IconButton icon={X} label={t("files.cancel", { name })} tabIndex={tabIndex} onClick={cancel} />
    </div>
  );
}

type Underway = Exclude<Moving, { state: "absent" }>;

function sentenceOf({ state, doneBytes, by, way }: Underway) {
  if (state === "paused") return doneBytes === 0 ? "stopped" : "paused";
  if (state === "offered") return by === "nowhere" ? "offeredNowhere" : "offered";
  if (state === "waiting" && by === "nowhere") return "nowhere";
  if (state === "waiting" && by !== "relay") return way === "down" ? "away" : "offered";
  return state === "failed" ? "waiting" : state;
}
