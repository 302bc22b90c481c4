import { getContact, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { MESSAGE, type Message } from "./kinds.ts";
import { owe } from "./receive-message.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";

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
      let read = { ...contact, unread: 0 };
      let first: string | undefined;
      let before: number | undefined;
      while (unread > 0) {
        const page = await core.records.list(MESSAGE, { index, before, descending: true, limit: 100 });
        for (const { id, value } of page) {
          if (unread === 0 || !countsAsUnread(value)) continue;
          unread -= 1;
          first = id;
          if (value.kind !== "text") continue;
          const delivered = read.owed.delivered.filter((message) => message !== value.id);
          read = owe({ ...read, owed: { ...read.owed, delivered } }, "read", value.id);
        }
        before = page.at(-1)?.order;
        if (page.length < 100) break;
      }
      putContact(work, contactId, read);
      return first;
    }
  });
}

function countsAsUnread(row: Message): boolean {
  return (row.kind === "text" || (row.kind === "call" && row.outcome === "missed")) && !row.isMine;
}

export function closeConversation(core: Core, contactId: ContactId): void {
  if (core.opened.delete(contactId)) core.touch(TOPIC.messages(contactId));
}
