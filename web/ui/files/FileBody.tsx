import { looksLike } from "@tacit/web/core/files/sniff";
import type { FileView } from "@tacit/web/core/views";
import { FileAudio, File as FileIcon, FileImage, FileVideo, Play, Save } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { usePlace } from "../app/use-place.ts";
import { Button } from "../parts/Button.tsx";
import { plainName } from "../parts/plain-name.ts";
import { sizeOf } from "../parts/sizes.ts";
import css from "./FileBody.module.css";
import { FileProgress } from "./FileProgress.tsx";
import { smallPicture } from "./small-picture.ts";
import { useObjectUrl } from "./use-object-url.ts";
import { useOpenedFile } from "./use-opened-file.ts";

/** A larger one is shown as a document: pictures are decoded as a whole. */
const MAX_PICTURE_BYTES = 25_000_000;
const ICONS = { image: FileImage, video: FileVideo, audio: FileAudio, document: FileIcon } as const;

type FileBodyProps = { readonly file: FileView; readonly isReachable: boolean };

/** The file of a message: a picture in its place, a player, or a card; and how far it is. */
export function FileBody({ file, isReachable }: FileBodyProps) {
  const { t } = useTranslation();
  const place = usePlace();
  const { files } = useSurroundings();
  const [isUnsaved, setUnsaved] = useState(false);
  const kind = looksLike(file.mediaType);
  const Icon = ICONS[kind];
  const name = plainName(file.name) || t("files.unnamed");
  const isHere = file.progress.state === "here";
  const tabIndex = isReachable ? 0 : -1;

  async function save() {
    setUnsaved(false);
    try {
      await files.save(file, name);
    } catch {
      setUnsaved(true);
    }
  }

  return (
    <div className={css["file"]}>
      {kind === "image" && file.size <= MAX_PICTURE_BYTES && <Picture file={file} name={name} />}
      {(kind === "video" || kind === "audio") && isHere && (
        <Player key={file.shelf} file={file} family={kind} name={name} tabIndex={tabIndex} />
      )}
      <div className={css["card"]}>
        <Icon size={22} aria-hidden="true" />
        <span className={css["about"]}>
          <bdi className={css["name"]} title={name}>
            {name}
          </bdi>
          <span className={css["size"]}>{sizeOf(file.size, place)}</span>
        </span>
        {isHere && (
          <Button
            look="plain"
            icon={Save}
            tabIndex={tabIndex}
            onClick={() => void save()}
            aria-label={t("files.save", { name })}
          >
            {t("files.saveShort")}
          </Button>
        )}
      </div>
      {!isHere && <FileProgress file={file} name={name} progress={file.progress} tabIndex={tabIndex} />}
      {isUnsaved && (
        <p className={css["trouble"]} role="alert">
          {t("files.notSaved")}
        </p>
      )}
    </div>
  );
}

/** The picture, or its small picture until it is here. Its room is kept from the start. */
function Picture({ file, name }: { readonly file: FileView; readonly name: string }) {
  const { t } = useTranslation();
  const opened = useOpenedFile(file, "image", file.progress.state === "here");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the thumbnail of one file is the same for ever; each view brings a new array.
  const small = useMemo(() => smallPicture(file.thumbnail), [file.shelf]);
  const smallUrl = useObjectUrl(small);
  const { width, height } = file;
  const url = opened.state === "open" ? opened.url : smallUrl;
  if (opened.state === "broken" || opened.state === "other" || opened.state === "large") {
    return <p className={css["trouble"]}>{t(`files.${opened.state}`)}</p>;
  }
  if (url === undefined && width === undefined) return null;
  return (
    <img
      className={css["picture"]}
      data-small={opened.state === "open" ? undefined : ""}
      src={url}
      width={width}
      height={height}
      alt={t("files.picture", { name })}
      decoding="async"
    />
  );
}

type PlayerProps = {
  readonly file: FileView;
  readonly family: "video" | "audio";
  readonly name: string;
  readonly tabIndex: number;
};

/** Opens only when it is wanted: a film is as long in memory as it is on the disk. */
function Player({ file, family, name, tabIndex }: PlayerProps) {
  const { t } = useTranslation();
  const [isWanted, setWanted] = useState(false);
  const opened = useOpenedFile(file, family, isWanted);
  if (opened.state === "broken" || opened.state === "other" || opened.state === "large") {
    return <p className={css["trouble"]}>{t(`files.${opened.state}`)}</p>;
  }
  if (opened.state !== "open") {
    return (
      <Button
        icon={Play}
        tabIndex={tabIndex}
        isBusy={isWanted}
        onClick={() => setWanted(true)}
        aria-label={t("files.play", { name })}
      >
        {t("files.playShort")}
      </Button>
    );
  }
  return family === "video" ? (
    // biome-ignore lint/a11y/useMediaCaption: what people film for each other has no captions.
    <video
      className={css["film"]}
      src={opened.url}
      controls
      autoPlay
      width={file.width}
      height={file.height}
      aria-label={name}
    />
  ) : (
    // biome-ignore lint/a11y/useMediaCaption: nor has what they record.
    <audio className={css["sound"]} src={opened.url} controls autoPlay aria-label={name} />
  );
}
