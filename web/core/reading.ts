import { getContact, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { type Contact, MESSAGE, type Message } from "./kinds.ts";
import { owe } from "./owing.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

/** Marks what is unread as read, and keeps the place of the divider until the conversation is closed. */
export async function openConversation(core: Core, contactId: ContactId): Promise<void> {
  await core.change(async (work) => {
    const contact = await getContact(work, contactId);
    const index = await core.conversationIndex(contactId);
    const firstUnread = await markRead();
    core.opened.set(contactId, { firstUnread });
    work.touch(TOPIC.messages(contactId));

    async function markRead(): Promise<string | undefined> {
      let { unread } = contact;
      if (unread === 0) return undefined;
      let read: Contact = { ...contact, unread: 0, late: undefined };
      const late = contact.late ?? [];
      unread -= late.length;
      let first: string | undefined;
      let firstOrder = Number.POSITIVE_INFINITY;
      let before: number | undefined;
      while (unread > 0) {
        const page = await core.records.listAll(MESSAGE, { index, before, descending: true, limit: 100 });
        for (const { id, value, order = 0 } of page) {
          if (unread === 0 || value === undefined || !countsAsUnread(value) || late.includes(id)) continue;
          unread -= 1;
          [first, firstOrder] = [id, order];
          read = await oweRead(core, work, contactId, read, value);
        }
        before = page.at(-1)?.order;
        if (page.length < 100) break;
      }
      const cameLate = await Promise.all(late.map((id) => core.records.get(MESSAGE, id)));
      for (const row of cameLate) {
        if (row === undefined) continue;
        const { id, value, order = 0 } = row;
        read = await oweRead(core, work, contactId, read, value);
        if (order < firstOrder) [first, firstOrder] = [id, order];
      }
      putContact(work, contactId, read);
      return first;
    }
  });
}

async function oweRead(core: Core, work: Work, id: ContactId, contact: Contact, row: Message): Promise<Contact> {
  if (row.kind !== "text") return contact;
  const delivered = contact.owed.delivered.filter((message) => message !== row.id);
  return owe(core, work, id, { ...contact, owed: { ...contact.owed, delivered } }, "read", row.id);
}

function countsAsUnread(row: Message): boolean {
  return (row.kind === "text" || (row.kind === "call" && row.outcome === "missed")) && !row.isMine;
}

export function closeConversation(core: Core, contactId: ContactId): void {
  if (core.opened.delete(contactId)) core.touch(TOPIC.messages(contactId));
}
