import { toHex } from "@tacit/shared/bytes";
import type { MessageId } from "@tacit/shared/ids";
import type { Body } from "@tacit/shared/wire/content";
import type { Core } from "./core.ts";
import {
  CONTACT,
  type Contact,
  type Gap,
  type Last,
  MESSAGE,
  type Message,
  type TextMessage,
  type TheirRun,
} from "./kinds.ts";
import type { ContactId, NoticeKind } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

// How a conversation's rows and the contact that sums them up are written, always in the same unit of work.

const PREVIEW_CHARACTERS = 160;

export function putContact(work: Work, id: ContactId, contact: Contact): void {
  work.put(CONTACT, id, contact);
  work.touch(TOPIC.conversations, TOPIC.contact(id));
}

/** The contact as this work knows it. Throws for an id that nobody has: a bug of the caller. */
export async function getContact(work: Work, id: ContactId): Promise<Contact> {
  const contact = await work.get(CONTACT, id);
  if (contact === undefined) throw new Error("no such contact");
  return contact;
}

/** Appends a row, or puts it at `order`. `name` makes its id: the same name in a conversation is the same row. */
export async function addMessage(
  core: Core,
  work: Work,
  contact: ContactId,
  name: string,
  message: Message,
  order: number = core.nextOrder(),
): Promise<void> {
  const [id, index] = [await core.messageRowId(contact, name), await core.conversationIndex(contact)];
  work.put(MESSAGE, id, message, { index, order });
  work.touch(TOPIC.messages(contact));
}

export async function addNotice(core: Core, work: Work, id: ContactId, notice: NoticeKind): Promise<void> {
  await addMessage(core, work, id, `notice ${core.newId()}`, { kind: "notice", atMs: core.nowMs(), notice });
}

/** A contact that we answer: receipts, resends and typing are theirs to have. */
export function isAnswered(contact: Contact): boolean {
  return contact.status === "accepted" || contact.status === "invited";
}

export function nameOfText(author: "me" | "them", id: MessageId): string {
  return `${author} ${id}`;
}

export function nameOfUnreadable(envelope: string): string {
  return `unreadable ${envelope}`;
}

export function nameOfMissing({ run }: Pick<TheirRun, "run">, { to }: Pick<Gap, "to">): string {
  return `missing ${toHex(run)} ${to}`;
}

/** One line in the place of what has not come. */
export async function sayMissing(
  core: Core,
  work: Work,
  id: ContactId,
  run: Pick<TheirRun, "run">,
  gap: Gap,
): Promise<void> {
  const name = nameOfMissing(run, gap);
  await work.get(MESSAGE, await core.messageRowId(id, name));
  await addMessage(core, work, id, name, { kind: "missing", atMs: gap.atMs, count: gap.to - gap.from + 1 }, gap.order);
}

export function toLast(message: TextMessage): Last {
  const { text, file, atMs, isMine, id, mark } = message;
  return { text: text.slice(0, PREVIEW_CHARACTERS), file: file?.name, kind: "text", atMs, isMine, id, mark };
}

/** The Content that says a message. */
export function toBody({ text, file, replyTo }: TextMessage): Extract<Body, { type: "text" | "file" }> {
  if (file === undefined) return { type: "text", text, replyTo };
  const { shelf: _, ...offer } = file;
  return { type: "file", ...offer, caption: text === "" ? undefined : text, replyTo };
}

/** Whether a body is a message, which is marked, answered and shown; everything else is about messages. */
export function isMessage(body: Body): boolean {
  return body.type === "text" || body.type === "file";
}

/** Changes a text of ours, and the contact's summary where it is the last one. Answers false where there is none. */
export async function editOwnText(
  core: Core,
  work: Work,
  contactId: ContactId,
  message: MessageId,
  edit: (message: TextMessage) => TextMessage,
): Promise<boolean> {
  const rowId = await core.messageRowId(contactId, nameOfText("me", message));
  const before = await work.get(MESSAGE, rowId);
  if (before?.kind !== "text") return false;
  const after = edit(before);
  if (after === before) return true;
  work.put(MESSAGE, rowId, after);
  work.touch(TOPIC.messages(contactId));
  const contact = await getContact(work, contactId);
  if (contact.last?.id === message) putContact(work, contactId, { ...contact, last: toLast(after) });
  return true;
}
