import type { Bytes } from "@tacit/shared/bytes";
import { MAX_THUMBNAIL_BYTES } from "@tacit/shared/limits";

type Thumbnail = { readonly thumbnail?: Bytes; readonly width?: number; readonly height?: number };

/** From the best that is tried to the smallest that still tells something. */
const TRIES = [
  { edge: 320, quality: 0.7 },
  { edge: 240, quality: 0.5 },
  { edge: 160, quality: 0.4 },
  { edge: 64, quality: 0.3 },
] as const;

/** A small picture of a picture, and how large it is; nothing where this browser does not show it. */
export async function makeThumbnail(image: Blob): Promise<Thumbnail> {
  const bitmap = await createImageBitmap(image).catch(() => undefined);
  if (bitmap === undefined) return {};
  const { width, height } = bitmap;
  try {
    for (const { edge, quality } of TRIES) {
      const scale = Math.min(1, edge / Math.max(width, height));
      const canvas = new OffscreenCanvas(
        Math.max(1, Math.round(width * scale)),
        Math.max(1, Math.round(height * scale)),
      );
      const context = canvas.getContext("2d");
      if (context === null) break;
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      // A browser that writes no WebP gives a PNG, which may be small enough as well.
      const encoded = await canvas.convertToBlob({ type: "image/webp", quality });
      if (encoded.size > MAX_THUMBNAIL_BYTES) continue;
      return { thumbnail: new Uint8Array(await encoded.arrayBuffer()), width, height };
    }
    return { width, height };
  } finally {
    bitmap.close();
  }
}
