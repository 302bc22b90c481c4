import type { Bytes } from "@tacit/shared/bytes";
import { MAX_FILE_NAME_CHARACTERS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { looksLike, sniff } from "@tacit/web/core/files/sniff";
import { stripMetadata } from "@tacit/web/core/files/strip-metadata";
import { makeThumbnail } from "./make-thumbnail.ts";

export type Prepared = {
  readonly content: Blob;
  readonly name: string;
  readonly mediaType: string;
  readonly thumbnail: Bytes | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly durationMs: number | undefined;
};

/** A larger picture is not taken into memory: it goes as it is, or not at all. */
const MAX_STRIPPED_BYTES = 80_000_000;
const JPEG_QUALITY = 0.92;

/**
 * What is sent of a picked file. A picture loses what tells of its maker, unless it is to go as it is. "tells": this
 * browser cannot take that out. "unreadable": the file is gone, or not ours to read.
 */
export async function prepareFile(file: File, isOriginal: boolean): Promise<Result<Prepared, "tells" | "unreadable">> {
  const kind = looksLike(file.type);
  try {
    const content = kind === "image" && !isOriginal ? await withoutMetadata(file) : file;
    if (content === undefined) return refused("tells");
    const seen = kind === "image" ? await makeThumbnail(content) : await measure(content, kind);
    const name = (file.name || "file").slice(-MAX_FILE_NAME_CHARACTERS);
    const isEncodedAnew = content !== file && content.type !== "" && content.type !== file.type;
    return ok({
      content,
      name: isEncodedAnew ? `${name.replace(/\.\w{1,5}$/, "")}.jpg` : name,
      mediaType: isEncodedAnew ? content.type : file.type,
      thumbnail: undefined,
      width: undefined,
      height: undefined,
      durationMs: undefined,
      ...seen,
    });
  } catch {
    return refused("unreadable");
  }
}

/** The same picture without what was written into it; encoded anew where its form is not one that we take apart. */
async function withoutMetadata(file: File): Promise<Blob | undefined> {
  if (file.size > MAX_STRIPPED_BYTES) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = sniff(bytes);
  // A GIF has no place for where it was taken; encoding it anew would stop it.
  if (type === "image/gif") return file;
  const stripped = stripMetadata(bytes);
  if (stripped !== undefined) return new Blob([stripped], { type: file.type });
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (bitmap === undefined) return undefined;
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY });
}

/** How long a film or a sound is, and how large; nothing where this browser does not play it. */
function measure(content: Blob, kind: "video" | "audio" | "document"): Promise<Partial<Prepared>> {
  if (kind === "document") return Promise.resolve({});
  const url = URL.createObjectURL(content);
  const player = document.createElement(kind);
  return new Promise<Partial<Prepared>>((resolve) => {
    player.addEventListener("error", () => resolve({}), { once: true });
    player.addEventListener(
      "loadedmetadata",
      () => {
        const durationMs = Number.isFinite(player.duration) ? Math.round(player.duration * 1_000) : undefined;
        const size =
          player instanceof HTMLVideoElement && player.videoWidth > 0
            ? { width: player.videoWidth, height: player.videoHeight }
            : {};
        resolve({ durationMs, ...size });
      },
      { once: true },
    );
    player.preload = "metadata";
    player.src = url;
  }).finally(() => URL.revokeObjectURL(url));
}
