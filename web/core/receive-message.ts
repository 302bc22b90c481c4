import { toHex } from "@tacit/shared/bytes";
import type { MessageId } from "@tacit/shared/ids";
import type { Content, NewerContent } from "@tacit/shared/wire/content";
import {
  addMessage,
  getContact,
  nameOfMissing,
  nameOfText,
  nameOfUnreadable,
  putContact,
  sayMissing,
  toLast,
} from "./conversations.ts";
import type { Core } from "./core.ts";
import { type Contact, type FilePart, MESSAGE, SEEN, type TextMessage } from "./kinds.ts";
import { owe } from "./owing.ts";
import { hasOpenGap, takePlace } from "./places.ts";
import type { Received } from "./received.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

const MAX_LATE = 256;
/** Rows, on a small screen. */
const SEEN_AT_ONCE = 8;
/** Their clock may be ahead of ours by so much before ours is believed. */
const CLOCK_TOLERANCE_MS = 5 * 60 * 1000;

/** A message is shown exactly once, whatever was redelivered, resent or healed. Answers whether it was the first time. */
export async function receiveText(
  core: Core,
  work: Work,
  received: Received,
  content: Content | NewerContent,
  said: { readonly text: string; readonly file?: FilePart | undefined; readonly replyTo?: MessageId | undefined },
): Promise<boolean> {
  const { contactId, order } = received;
  const contact = await getContact(work, contactId);
  await removeUnreadable(core, work, contactId, content);
  if (await isSeen(core, work, contactId, contact, content.id)) {
    // The sender asks again because a receipt was lost.
    if (core.mayAnswerUnseen(contactId)) {
      putContact(work, contactId, await owe(core, work, contactId, contact, "delivered", content.id));
    }
    return false;
  }
  const message: TextMessage = {
    kind: "text",
    id: content.id,
    isMine: false,
    text: said.text,
    file: said.file,
    atMs: shownAtMs(core, content),
    replyTo: said.replyTo,
    path: received.path,
  };
  await addMessage(core, work, contactId, nameOfText("them", content.id), message, order);
  const isRead = core.opened.has(contactId) && (order === undefined || (await isNearEnd(core, work, contactId, order)));
  const { late = [], last } = contact;
  putContact(work, contactId, {
    ...(await owe(core, work, contactId, contact, isRead ? "read" : "delivered", content.id)),
    unread: isRead ? contact.unread : contact.unread + 1,
    late:
      isRead || order === undefined ? contact.late : [...late, await rowOf(core, contactId, content)].slice(-MAX_LATE),
    last: order === undefined ? toLast(message) : (last ?? toLast(message)),
    activeAtMs: core.nowMs(),
  });
  stopTyping(core, contactId);
  return true;
}

/** Whether whoever looks at the end of a conversation sees a row of this order, too. */
async function isNearEnd(core: Core, work: Work, contactId: ContactId, order: number): Promise<boolean> {
  const index = await core.conversationIndex(contactId);
  const seen = await work.list(MESSAGE, { index, descending: true, limit: SEEN_AT_ONCE });
  return seen.length < SEEN_AT_ONCE || (seen.at(-1)?.order ?? 0) < order;
}

/** Something that this version does not know is kept as it came, and said. */
export async function receiveNewer(
  core: Core,
  work: Work,
  { contactId, order }: Received,
  content: NewerContent,
): Promise<void> {
  const contact = await getContact(work, contactId);
  await removeUnreadable(core, work, contactId, content);
  if (await isSeen(core, work, contactId, contact, content.id)) return;
  const row = { kind: "newer", atMs: core.nowMs(), kept: content.kept } as const;
  await addMessage(core, work, contactId, nameOfText("them", content.id), row, order);
}

export async function receiveHello(
  core: Core,
  work: Work,
  { contactId }: Received,
  content: Content | NewerContent,
): Promise<void> {
  await removeUnreadable(core, work, contactId, content);
}

/** Takes note of a message's place. Answers the order of its row, where later ones of its sender are here already. */
export async function receivePlace(
  core: Core,
  work: Work,
  contactId: ContactId,
  content: Content | NewerContent,
): Promise<number | undefined> {
  const { place } = content;
  if (place === undefined) return undefined;
  const before = await getContact(work, contactId);
  const atMs = shownAtMs(core, content);
  const { runs, order, closed, forgotten } = takePlace(before.theirRuns, place, () => core.nextOrder(), atMs);
  const contact = { ...before, theirRuns: runs };
  putContact(work, contactId, contact);
  for (const gap of closed) {
    if (gap.state !== "said") continue;
    work.remove(MESSAGE.table, await core.messageRowId(contactId, nameOfMissing(place, gap)));
    work.touch(TOPIC.messages(contactId));
  }
  for (const gap of forgotten) if (gap.state !== "said") await sayMissing(core, work, contactId, place, gap);
  if (hasOpenGap(contact)) work.afterwards(() => core.onWatched?.());
  return order;
}

/**
 * Records the message id as handled; answers whether it was before. Keyed by the sender's account. A row stays for longer
 * than its id is remembered, and where a contact's key changed: nothing is put in its place.
 */
async function isSeen(
  core: Core,
  work: Work,
  contactId: ContactId,
  contact: Contact,
  message: MessageId,
): Promise<boolean> {
  const rowId = await core.records.blind(SEEN.table, `${contact.account} ${message}`);
  if ((await work.get(SEEN, rowId)) !== undefined) return true;
  work.put(SEEN, rowId, { atMs: core.nowMs() }, { order: core.clocks.latestDay() });
  return (await work.get(MESSAGE, await core.messageRowId(contactId, nameOfText("them", message)))) !== undefined;
}

function shownAtMs(core: Core, { sentAtMs }: Content | NewerContent): number {
  return Math.min(sentAtMs, core.clocks.latestMs() + CLOCK_TOLERANCE_MS);
}

function rowOf(core: Core, contactId: ContactId, { id }: Content | NewerContent): Promise<string> {
  return core.messageRowId(contactId, nameOfText("them", id));
}

async function removeUnreadable(core: Core, work: Work, contactId: ContactId, content: Content | NewerContent) {
  if (content.resendOf === undefined) return;
  const rowId = await core.messageRowId(contactId, nameOfUnreadable(toHex(content.resendOf)));
  const row = await work.get(MESSAGE, rowId);
  if (row?.kind !== "unreadable") return;
  work.remove(MESSAGE.table, rowId);
  work.touch(TOPIC.messages(contactId));
}

export function stopTyping(core: Core, contactId: ContactId): void {
  core.typing.get(contactId)?.();
  if (core.typing.delete(contactId)) core.touch(TOPIC.conversations, TOPIC.contact(contactId));
}
