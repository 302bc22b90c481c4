import { DAY_MS } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import { addMessage, addNotice, getContact, nameOfUnreadable, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { JOB, MESSAGE } from "./kinds.ts";
import { enqueue, outboxIndex } from "./queueing.ts";
import { isAnswered } from "./receive-sender.ts";
import { envelopeName } from "./received.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

const MAX_WAITING_ASKS = 20;

/**
 * An envelope of a known contact that cannot be read, for good: it is recorded, so that nothing is lost in silence, and
 * the contact is asked to send it again. At most once a day a new session is started for that, visibly where the
 * contact is verified. docs/PROTOCOL.md §5.6.
 */
export async function recordUnreadable(
  core: Core,
  work: Work,
  contactId: ContactId,
  envelope: Envelope,
  { mayAsk }: { readonly mayAsk: boolean } = { mayAsk: true },
): Promise<void> {
  if (envelope.lane !== "durable") return;
  const name = nameOfUnreadable(envelopeName(envelope));
  if ((await work.get(MESSAGE, await core.messageRowId(contactId, name))) !== undefined) return;
  const contact = await getContact(work, contactId);
  const waiting = await core.ports.store.count(JOB.table, { index: await outboxIndex(core, contactId) });
  const isAsked = mayAsk && isAnswered(contact) && waiting < MAX_WAITING_ASKS;
  await addMessage(core, work, contactId, name, { kind: "unreadable", atMs: core.nowMs(), isAsked });
  if (!isAsked) return;

  const isResetDue = contact.resetAtMs === undefined || core.nowMs() - contact.resetAtMs >= DAY_MS;
  if (isResetDue) {
    putContact(work, contactId, { ...contact, needsSession: true, resetAtMs: core.nowMs() });
    if (contact.verifiedAtMs !== undefined) await addNotice(core, work, contactId, "session-reset");
  }
  await enqueue(core, work, contactId, {
    message: core.newMessageId(),
    body: { type: "resend", envelopes: [envelope.id] },
  });
}
