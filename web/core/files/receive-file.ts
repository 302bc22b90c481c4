import { equalBytes, toHex } from "@tacit/shared/bytes";
import type { MessageId } from "@tacit/shared/ids";
import { KIB } from "@tacit/shared/limits";
import type { Body, Content, NewerContent } from "@tacit/shared/wire/content";
import { getContact, nameOfText } from "../conversations.ts";
import type { Core } from "../core.ts";
import { FILE, MESSAGE } from "../kinds.ts";
import { receiveText } from "../receive-message.ts";
import type { Received } from "../received.ts";
import type { ContactId } from "../views.ts";
import type { Work } from "../work.ts";
import { editFile } from "./file-rows.ts";

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
  if (!isNew) return learnCopy(core, work, contactId, content.id, body);
  const { status } = await getContact(work, contactId);
  const isDirect = blob === undefined;
  const isWanted = status === "accepted" && size <= FETCHED_UNASKED_BYTES && isAllowed(core, contactId, size);
  const state = isWanted ? "down" : "absent";
  work.put(FILE, shelf, { contact: contactId, message: content.id, isMine: false, id, isDirect, state });
  if (isWanted) work.afterwards(() => core.onFile?.(shelf));
}

function isAllowed(core: Core, contact: ContactId, size: number): boolean {
  const units = Math.max(1, Math.ceil(size / (KIB * KIB)));
  return Array.from({ length: units }).every(() => core.unasked.take(contact, core.nowMs()) === "taken");
}

/** The same message again may say that the relay has a copy of its file by now; nothing else of it counts. */
async function learnCopy(
  core: Core,
  work: Work,
  contact: ContactId,
  message: MessageId,
  { id, root, blob }: Extract<Body, { type: "file" }>,
): Promise<void> {
  const rowId = await core.messageRowId(contact, nameOfText("them", message));
  const row = await work.get(MESSAGE, rowId);
  if (row?.kind !== "text" || row.isMine || row.file === undefined || blob === undefined) return;
  const { file } = row;
  if (file.blob?.id === blob.id || !equalBytes(file.id, id) || !equalBytes(file.root, root)) return;
  work.put(MESSAGE, rowId, { ...row, file: { ...file, blob } });
  await editFile(work, file.shelf, (before) => ({ ...before, isDirect: false }));
  work.afterwards(() => core.onFile?.(file.shelf));
}

export function newShelfName(core: Core): string {
  return toHex(core.ports.random(16));
}
