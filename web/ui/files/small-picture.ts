import type { Bytes } from "@tacit/shared/bytes";
import { sniff } from "@tacit/web/core/files/sniff";

/** What a sender gave to be seen until the picture is here, if it is one: a blob without a type is what a browser guesses. */
export function smallPicture(thumbnail: Bytes | undefined): Blob | undefined {
  const type = thumbnail && sniff(thumbnail);
  return thumbnail !== undefined && type?.startsWith("image/") ? new Blob([thumbnail], { type }) : undefined;
}
