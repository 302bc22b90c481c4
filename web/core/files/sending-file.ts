import type { MessageId } from "@tacit/shared/ids";
import {
  KIB,
  MAX_CONTENT_BYTES,
  MAX_FILE_BYTES,
  MAX_RELAYED_FILE_BYTES,
  MAX_TEXT_CHARACTERS,
} from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import type { NewFile, SendFileRefusal } from "../client-api.ts";
import { addMessage, getContact, nameOfText, putContact, toLast } from "../conversations.ts";
import type { Core } from "../core.ts";
import { FILE, MESSAGE, type TextMessage } from "../kinds.ts";
import type { ContactId } from "../views.ts";
import { TOPIC } from "../watching.ts";
import { editFile, inState, messageOf } from "./file-rows.ts";
import type { Transfers } from "./transfers.ts";

/** At most: the name of a file, what it is opened with, and who sends it. */
const BESIDE_BYTES = 5 * KIB;

/** Writes a message with a file that is on the shelf, durably. The file leaves first, then the message that names it. */
export async function sendFile(
  core: Core,
  transfers: Transfers,
  contactId: ContactId,
  { shelf, thumbnail, ...plain }: NewFile,
  caption: string,
  replyTo?: MessageId | undefined,
): Promise<Result<MessageId, SendFileRefusal>> {
  const text = caption.trim();
  if (text.length > MAX_TEXT_CHARACTERS) return refused("too-long");
  // A long caption and a picture of it do not fit in one Content.
  const wordBytes = toUtf8(text).length + (thumbnail?.length ?? 0);
  const file = wordBytes + BESIDE_BYTES > MAX_CONTENT_BYTES ? plain : { ...plain, thumbnail };
  if (file.size > MAX_FILE_BYTES) return refused("too-large");
  // A larger one can only go directly.
  if (core.direct === undefined && file.size > MAX_RELAYED_FILE_BYTES) return refused("too-large");
  const id = core.newMessageId();
  const isSent = await core.change(async (work) => {
    const contact = await getContact(work, contactId);
    if (contact.status !== "accepted") return false;
    const atMs = core.nowMs();
    const message: TextMessage = {
      ...{ kind: "text", id, isMine: true, text, atMs, replyTo, mark: "waiting" },
      file: { ...file, shelf },
    };
    await addMessage(core, work, contactId, nameOfText("me", id), message);
    work.put(FILE, shelf, { contact: contactId, message: id, isMine: true, id: file.id, state: "up" });
    putContact(work, contactId, { ...contact, last: toLast(message), activeAtMs: atMs });
    return true;
  });
  if (!isSent) return refused("not-accepted");
  transfers.wake(shelf);
  return ok(id);
}

/** Fetches a file, or goes on with one that was paused or has failed. */
export async function startFile(core: Core, transfers: Transfers, shelf: string): Promise<void> {
  await core.change((work) =>
    editFile(work, shelf, (before) => ({
      ...inState(before, before.state === "absent" ? "down" : before.state),
      blob: before.blob,
    })),
  );
  const file = core.records.held(FILE, shelf)?.value;
  if (file?.state === "offered") (await core.direct?.())?.offer(file.contact);
  transfers.wake(shelf);
}

export async function pauseFile(core: Core, transfers: Transfers, shelf: string): Promise<void> {
  await core.change((work) =>
    editFile(work, shelf, (file) =>
      file.state === "here" || file.state === "absent" ? file : { ...file, isPaused: true },
    ),
  );
  await transfers.stop(shelf);
  await refuseTo(core, shelf, "paused");
}

/** Whoever fetches it from here hears of it at once; others when they ask. */
async function refuseTo(core: Core, shelf: string, why: "paused" | "withdrawn"): Promise<void> {
  const file = core.records.held(FILE, shelf)?.value;
  if (file?.isMine !== true || file.isDirect !== true || file.id === undefined) return;
  (await core.direct?.())?.refuse(file.contact, file.id, why);
}

/**
 * Ends an upload and takes the message away; ends a download and gives its room back. Of one that was told of already only
 * the file is taken back.
 */
export async function cancelFile(core: Core, transfers: Transfers, shelf: string): Promise<void> {
  await pauseFile(core, transfers, shelf);
  const cancelled = await core.change(async (work) => {
    const file = await work.get(FILE, shelf);
    if (file?.state === "down") {
      await editFile(work, shelf, (before) => inState(before, "absent"));
      return { blob: undefined, isKept: false };
    }
    if (file?.state === "offered" || (file?.state === "up" && file.isDirect === true)) {
      await editFile(work, shelf, (before) => ({ ...inState(before, "offered"), failure: "withdrawn" }));
      return { blob: file.blob, isKept: true };
    }
    if (file?.state !== "up") return undefined;
    const message = await messageOf(core, work, file);
    work.remove(FILE.table, shelf);
    work.touch(TOPIC.messages(file.contact));
    const { blob } = file;
    if (message === undefined) return { blob, isKept: false };
    work.remove(MESSAGE.table, message.rowId);
    const contact = await getContact(work, file.contact);
    if (contact.last?.id === file.message) putContact(work, file.contact, { ...contact, last: undefined });
    return { blob, isKept: false };
  });
  if (cancelled === undefined) return;
  if (cancelled.isKept) await refuseTo(core, shelf, "withdrawn");
  else await core.ports.shelf.remove(shelf);
  if (cancelled.blob !== undefined) await core.ports.relay.blobs.remove(cancelled.blob.id);
}
