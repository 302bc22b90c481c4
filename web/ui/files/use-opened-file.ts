import { MAX_SHOWN_PIXELS, pixelsOf, SIZE_BYTES } from "@tacit/web/core/files/picture-size";
import { type ShownType, sniff } from "@tacit/web/core/files/sniff";
import type { FileView } from "@tacit/web/core/views";
import { useEffect, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";
import { useObjectUrl } from "./use-object-url.ts";

const SIGNATURE_BYTES = 32;

type Opened = { readonly blob: Blob; readonly type: ShownType };
export type OpenedFile =
  | { readonly state: "closed" | "opening" | "broken" | "other" | "large" }
  | { readonly state: "open"; readonly url: string; readonly type: ShownType };

/**
 * A file in clear, for as long as it is shown. "other": its bytes are none of what it is said to be, so nothing of it is
 * shown. "broken": what lies here is not the file. "large": a picture of more pixels than a page can bear.
 */
export function useOpenedFile(file: FileView, family: "image" | "video" | "audio", isWanted: boolean): OpenedFile {
  const { files } = useSurroundings();
  const [opened, setOpened] = useState<Opened | "broken" | "other" | "large">();
  const url = useObjectUrl(typeof opened === "object" ? opened.blob : undefined);
  const { shelf, id, key, root, size } = file;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a file of one name is the same file for ever; each view brings new arrays.
  useEffect(() => {
    if (!isWanted) return;
    let isOver = false;
    async function open() {
      const plain = await files.open({ shelf, id, key, root, size }, "");
      const type = sniff(new Uint8Array(await plain.slice(0, SIGNATURE_BYTES).arrayBuffer()));
      const isIt =
        type?.startsWith(`${family}/`) ||
        (type === "video/mp4" && family === "audio") ||
        (type === "video/webm" && family === "audio");
      if (isIt && family === "image") {
        const pixels = pixelsOf(new Uint8Array(await plain.slice(0, SIZE_BYTES).arrayBuffer()));
        if (pixels === undefined) return "other";
        if (pixels > MAX_SHOWN_PIXELS) return "large";
      }
      return type !== undefined && isIt ? { blob: plain.slice(0, plain.size, type), type } : "other";
    }
    open().then(
      (value) => !isOver && setOpened(value),
      () => !isOver && setOpened("broken"),
    );
    return () => {
      isOver = true;
      setOpened(undefined);
    };
  }, [files, shelf, family, isWanted]);

  if (opened === "broken" || opened === "other" || opened === "large") return { state: opened };
  if (!isWanted) return { state: "closed" };
  return opened === undefined || url === undefined ? { state: "opening" } : { state: "open", url, type: opened.type };
}
