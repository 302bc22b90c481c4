import type { MessageId } from "@tacit/shared/ids";
import { looksLike } from "@tacit/web/core/files/sniff";
import { File as FileIcon, SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, type SyntheticEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { usePlace } from "../app/use-place.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Checkbox } from "../parts/Checkbox.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Form, TextArea } from "../parts/Form.tsx";
import { plainName } from "../parts/plain-name.ts";
import { sizeOf } from "../parts/sizes.ts";
import css from "./FilePreview.module.css";
import { prepareFile } from "./prepare-file.ts";
import { useObjectUrl } from "./use-object-url.ts";

type Trouble = "tells" | "unreadable" | "full" | "too-large" | "too-long" | "not-accepted" | "not-stored";

type FilePreviewProps = {
  readonly contact: string;
  readonly name: string;
  readonly picked: readonly File[];
  readonly replyTo: MessageId | undefined;
  /** What is left to be sent; nothing closes the preview. */
  readonly onPicked: (files: readonly File[]) => void;
  readonly onSent: () => void;
};

/** What was picked, before it is sent: looked at, written to, with or without what it tells of its maker. */
export function FilePreview({ contact, name, picked, replyTo, onPicked, onSent }: FilePreviewProps) {
  const { t } = useTranslation();
  const place = usePlace();
  const { client, files } = useSurroundings();
  const [caption, setCaption] = useState("");
  const [isOriginal, setOriginal] = useState(false);
  const [sealing, setSealing] = useState<{ readonly file: File; readonly done: number }>();
  const [trouble, setTrouble] = useState<{ readonly file: File; readonly why: Trouble }>();
  const isOver = useRef(false);
  const hasPicture = picked.some((file) => looksLike(file.type) === "image");
  const ways = useWays(picked);
  const tooLarge = picked.find((file) => ways.get(file) === "none");
  const shown = tooLarge === undefined ? trouble : ({ file: tooLarge, why: "too-large" } as const);

  function close() {
    isOver.current = true;
    onPicked([]);
  }

  async function sendAll() {
    setTrouble(undefined);
    let left = picked;
    for (const file of picked) {
      setSealing({ file, done: 0 });
      const why = await send(file, left.length === picked.length ? caption : "").catch(() => "not-stored" as const);
      if (isOver.current) return;
      if (why !== undefined) {
        setSealing(undefined);
        setTrouble({ file, why });
        return;
      }
      left = left.filter((other) => other !== file);
      setCaption("");
      onSent();
      onPicked(left);
    }
  }

  async function send(file: File, text: string): Promise<Trouble | undefined> {
    const prepared = await prepareFile(file, isOriginal);
    if (!prepared.ok) return prepared.reason;
    const { content, ...about } = prepared.value;
    const staged = await files.stage(content, (done) => {
      setSealing({ file, done });
      return !isOver.current;
    });
    if (!staged.ok) return staged.reason === "cancelled" ? undefined : staged.reason;
    const sent = await client.sendFile(contact, { ...staged.value, ...about }, text, replyTo);
    if (sent.ok) return undefined;
    await files.remove(staged.value.shelf);
    return sent.reason;
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (sealing === undefined && tooLarge === undefined) void sendAll();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  }

  return (
    <Dialog title={t("files.title", { name: plainName(name), count: picked.length })} isOpen onClose={close}>
      <Form className={css["form"]} onSubmit={submit}>
        <ul className={css["list"]}>
          {picked.map((file, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same file can be picked twice.
            <li key={`${at} ${file.name}`} className={css["item"]}>
              <Sample file={file} />
              <span className={css["about"]}>
                <bdi className={css["name"]}>{plainName(file.name)}</bdi>
                <span className={css["size"]}>
                  {sealing?.file === file
                    ? t("files.sealing", { done: sizeOf(sealing.done, place), size: sizeOf(file.size, place) })
                    : sizeOf(file.size, place)}
                </span>
                {ways.get(file) === "direct" && <span className={css["size"]}>{t("files.goesDirectly")}</span>}
                {shown?.file === file && (
                  <span className={css["trouble"]} role="alert">
                    {t(`files.trouble.${shown.why}`)}
                  </span>
                )}
              </span>
              {sealing === undefined && (
                <IconButton
                  icon={X}
                  label={t("files.leaveOut", { name: plainName(file.name) })}
                  onClick={() => onPicked(picked.filter((other) => other !== file))}
                />
              )}
            </li>
          ))}
        </ul>
        {hasPicture && (
          <Checkbox
            label={t("files.original")}
            hint={t("files.originalHint")}
            isChecked={isOriginal}
            onChange={setOriginal}
          />
        )}
        <TextArea
          className={css["caption"]}
          rows={2}
          dir="auto"
          data-autofocus=""
          aria-label={t("files.caption")}
          placeholder={t("files.caption")}
          value={caption}
          onChange={(event) => setCaption(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <DialogActions>
          <Button look="plain" onClick={close}>
            {t("app.cancel")}
          </Button>
          <Button
            type="submit"
            look="primary"
            icon={SendHorizontal}
            isBusy={sealing !== undefined || tooLarge !== undefined}
          >
            {t("composer.send")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

/** How each of them would go; the client is asked once for each. */
function useWays(picked: readonly File[]): ReadonlyMap<File, "relay" | "direct" | "none"> {
  const { client } = useSurroundings();
  const [ways, setWays] = useState<ReadonlyMap<File, "relay" | "direct" | "none">>(new Map());
  useEffect(() => {
    let isOver = false;
    const asked = picked.map(async (file) => [file, await client.wayOfFile(file.size)] as const);
    // Where it cannot be told it is found out by sending.
    Promise.all(asked).then(
      (known) => !isOver && setWays(new Map(known)),
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [client, picked]);
  return ways;
}

/** A picture as it is; anything else as a sign. The browser shows no other kind in an image. */
function Sample({ file }: { readonly file: File }) {
  const url = useObjectUrl(looksLike(file.type) === "image" ? file : undefined);
  if (url === undefined) return <FileIcon className={css["sign"]} size={28} aria-hidden="true" />;
  return <img className={css["sample"]} src={url} alt="" />;
}
