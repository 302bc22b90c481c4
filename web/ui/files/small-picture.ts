import type { Bytes } from "@tacit/shared/bytes";
import { pixelsOf } from "@tacit/web/core/files/picture-size";
import { sniff } from "@tacit/web/core/files/sniff";

const MAX_SMALL_PIXELS = 1_000_000;

/** What a sender gave to be seen until the picture is here, if it is one: a blob without a type is what a browser guesses. */
export function smallPicture(thumbnail: Bytes | undefined): Blob | undefined {
  const type = thumbnail && sniff(thumbnail);
  if (thumbnail === undefined || type?.startsWith("image/") !== true) return undefined;
  const pixels = pixelsOf(thumbnail);
  return pixels !== undefined && pixels <= MAX_SMALL_PIXELS ? new Blob([thumbnail], { type }) : undefined;
}
