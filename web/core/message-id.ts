import { toBase64Url } from "@tacit/shared/bytes";
import type { MessageId } from "@tacit/shared/ids";
import type { Random } from "./ports/random.ts";

/** Of a message that is about to be written: 16 random bytes, as text. */
export function newMessageId(random: Random): MessageId {
  return toBase64Url(random(16)) as MessageId;
}
