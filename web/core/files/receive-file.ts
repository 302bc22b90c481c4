import { toHex } from "@tacit/shared/bytes";
import { KIB } from "@tacit/shared/limits";
import type { Body, Content, NewerContent } from "@tacit/shared/wire/content";
import { getContact } from "../conversations.ts";
import type { Core } from "../core.ts";
import { FILE } from "../kinds.ts";
import { receiveText } from "../receive-message.ts";
import type { Received } from "../received.ts";
import type { Work } from "../work.ts";

/** A file of a contact that is no larger is fetched without being asked for. */
export const FETCHED_UNASKED_BYTES = 10 * KIB * KIB;

/** A message with a file: shown at once, its bytes come after. A stranger's are fetched only when the person says so. */
export async function receiveFile(
  core: Core,
  work: Work,
  received: Received,
  content: Content | NewerContent,
  body: Extract<Body, { type: "file" }>,
): Promise<void> {
  const { contactId } = received;
  const shelf = newShelfName(core);
  const { id, key, root, size, name, mediaType, thumbnail, width, height, durationMs, blob } = body;
  const file = { id, key, root, size, name, mediaType, thumbnail, width, height, durationMs, blob, shelf };
  const isNew = await receiveText(core, work, received, content, {
    text: body.caption ?? "",
    file,
    replyTo: body.replyTo,
  });
  if (!isNew) return;
  const { status } = await getContact(work, contactId);
  const isWanted = status === "accepted" && blob !== undefined && size <= FETCHED_UNASKED_BYTES;
  const state = isWanted ? "down" : "absent";
  work.put(FILE, shelf, { contact: contactId, message: content.id, isMine: false, state });
  if (isWanted) work.afterwards(() => core.onFile?.(shelf));
}

export function newShelfName(core: Core): string {
  return toHex(core.ports.random(16));
}
