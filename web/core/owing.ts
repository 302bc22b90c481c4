import type { MessageId } from "@tacit/shared/ids";
import { isAnswered } from "./conversations.ts";
import type { Core } from "./core.ts";
import type { Contact } from "./kinds.ts";
import { META, SETTINGS } from "./meta-kinds.ts";
import { enqueue, newJob } from "./queueing.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

/** As many as one receipt names. */
const MAX_OWED = 256;

/**
 * Remembers that a receipt is due, and answers the contact with it. Where more is owed than one receipt names, those before
 * it are queued. A stranger gets none before we accept them, and is owed no more than one.
 */
export async function owe(
  core: Core,
  work: Work,
  id: ContactId,
  contact: Contact,
  state: "delivered" | "read",
  message: MessageId,
): Promise<Contact> {
  const { owed } = contact;
  if (owed[state].includes(message)) return contact;
  if (owed.delivered.length + owed.read.length < MAX_OWED) {
    return { ...contact, owed: { ...owed, [state]: [...owed[state], message] } };
  }
  if (!isAnswered(contact)) return contact;
  await queueOwed(core, work, id, contact);
  return { ...contact, owed: { delivered: [], read: [], [state]: [message] } };
}

/** Queues the receipts that are owed. They stay owed until the contact is put without them. */
export async function queueOwed(core: Core, work: Work, id: ContactId, { owed }: Contact): Promise<void> {
  const showsRead = core.records.held(SETTINGS, META.settings)?.value.receipts ?? true;
  const read = showsRead ? owed.read : [];
  const delivered = [...owed.delivered, ...(showsRead ? [] : owed.read)];
  if (delivered.length > 0) {
    await enqueue(core, work, id, newJob(core, { type: "receipt", state: "delivered", messages: delivered }));
  }
  if (read.length > 0) {
    await enqueue(core, work, id, newJob(core, { type: "receipt", state: "read", messages: read }));
  }
}
