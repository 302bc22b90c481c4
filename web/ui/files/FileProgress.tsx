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
      <Button icon={Download} tabIndex={tabIndex} onClick={start} aria-label={t("files.fetch", { name })}>
        {t("files.fetchShort")}
      </Button>
    );
  }
  const { state, way, doneBytes, bytesPerSecond, failure } = progress;
  const words = { done: sizeOf(doneBytes, place), size: sizeOf(size, place) };
  if (state === "failed") {
    const why = failure ?? "lost";
    return (
      <div className={css["failed"]}>
        <p>{t(`files.failure.${why}`)}</p>
        <Button icon={RotateCw} tabIndex={tabIndex} onClick={start}>
          {t("conversation.retry")}
        </Button>
        {way === "up" && (
          <Button look="plain" icon={X} tabIndex={tabIndex} onClick={cancel}>
            {t("files.takeBack")}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className={css["moving"]}>
      <progress className={css["bar"]} max={size} value={doneBytes} aria-label={t(`files.way.${way}`, { name })} />
      <span className={css["size"]}>
        {t(`files.state.${state === "paused" && doneBytes === 0 ? "stopped" : state}`, words)}
        {bytesPerSecond !== undefined && ` · ${t("files.speed", { size: sizeOf(bytesPerSecond, place) })}`}
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
