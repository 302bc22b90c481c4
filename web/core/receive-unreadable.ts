import { DAY_MS } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import { addMessage, addNotice, getContact, isAnswered, nameOfUnreadable, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { JOB, MESSAGE } from "./kinds.ts";
import { enqueue, newJob, outboxIndex } from "./queueing.ts";
import { envelopeName } from "./received.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

const MAX_WAITING_ASKS = 20;

/**
 * Whether its author is asked to send it again: at once; once the device that it came from is on their signed list (which
 * may be on its way, or dated by a clock that is wrong), for which we look at the relay; or never.
 */
type Asking = "now" | "once listed" | "never";

/**
 * An envelope of a known contact that cannot be read, for good: it is recorded, so that nothing is lost in silence, and
 * the contact is asked to send it again. At most once a day a new session is started for that, visibly where the
 * contact is verified. docs/PROTOCOL.md §3.3, §5.6.
 */
export async function recordUnreadable(
  core: Core,
  work: Work,
  contactId: ContactId,
  envelope: Envelope,
  asking: Asking = "now",
): Promise<void> {
  if (envelope.lane !== "durable") return;
  const name = nameOfUnreadable(envelopeName(envelope));
  if ((await work.get(MESSAGE, await core.messageRowId(contactId, name))) !== undefined) return;
  const contact = await getContact(work, contactId);
  const waiting = await core.ports.store.count(JOB.table, { index: await outboxIndex(core, contactId) });
  const mayAsk = asking !== "never" && isAnswered(contact) && waiting < MAX_WAITING_ASKS;
  // A Content of theirs can take this row away again, as if nothing had been.
  const isAsked = mayAsk && asking === "now" && core.mayAnswerUnseen(contactId);
  const unasked = asking === "once listed" ? envelope.id : undefined;
  await addMessage(core, work, contactId, name, { kind: "unreadable", atMs: core.nowMs(), isAsked, unasked });
  if (!mayAsk) return;

  const isResetDue = contact.resetAtMs === undefined || core.nowMs() - contact.resetAtMs >= DAY_MS;
  if (isResetDue) {
    putContact(work, contactId, { ...contact, needsSession: true, resetAtMs: core.nowMs() });
    if (contact.verifiedAtMs !== undefined) await addNotice(core, work, contactId, "session-reset");
  }
  // Whatever goes out first takes the list that the relay has, and what came before it is asked for then (resending.ts).
  if (isAsked) await enqueue(core, work, contactId, newJob(core, { type: "resend", envelopes: [envelope.id] }));
  else if (isResetDue) await enqueue(core, work, contactId, newJob(core, { type: "hello" }));
}
