import type { EnvelopeId } from "@tacit/shared/ids";
import { ENVELOPE_TTL_MS } from "@tacit/shared/limits";
import { addNotice, getContact, isAnswered, putContact, toBody } from "./conversations.ts";
import type { Core } from "./core.ts";
import { MESSAGE, type Message } from "./kinds.ts";
import { enqueue, newJob } from "./queueing.ts";
import type { Stored } from "./records.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

const MAX_RESENT = 200;
const MAX_ASKED = 32;

/** A contact has other devices than before, by a bundle or by their own word: said in the conversation, and made good. */
export async function replaceDevices(core: Core, work: Work, id: ContactId): Promise<void> {
  await addNotice(core, work, id, "new-device");
  // A device hears each run from its beginning.
  putContact(work, id, { ...(await getContact(work, id)), ourRun: undefined });
  const index = await core.conversationIndex(id);
  const newest = await work.list(MESSAGE, { index, descending: true, limit: MAX_RESENT });
  await resendUndelivered(core, work, id, newest);
  await askForUnlisted(core, work, id, newest);
}

/** What came from a device before its list did was not believed. It is asked for now, the newest first. */
async function askForUnlisted(core: Core, work: Work, id: ContactId, newest: readonly Stored<Message>[]) {
  if (!isAnswered(await getContact(work, id))) return;
  const envelopes: EnvelopeId[] = [];
  for (const { id: rowId, value } of newest) {
    if (value.kind !== "unreadable" || value.unasked === undefined || envelopes.length === MAX_ASKED) continue;
    envelopes.push(value.unasked);
    work.put(MESSAGE, rowId, { ...value, isAsked: true, unasked: undefined });
  }
  if (envelopes.length === 0) return;
  work.touch(TOPIC.messages(id));
  await enqueue(core, work, id, newJob(core, { type: "resend", envelopes: envelopes.toReversed() }));
}

/**
 * What waited in the mailbox of an old device is gone with it. Texts without a receipt, as old as a mailbox keeps them,
 * are sent once more under their own ids.
 */
async function resendUndelivered(
  core: Core,
  work: Work,
  id: ContactId,
  newest: readonly Stored<Message>[],
): Promise<void> {
  // By whichever clock makes it younger: what is sent once too often is shown once all the same.
  const nowMs = core.clocks.earliestMs();
  for (const { value } of newest.toReversed()) {
    if (value.kind !== "text" || !value.isMine || value.mark !== "sent") continue;
    if (nowMs - Math.max(value.atMs, value.sentAtMs ?? 0) >= ENVELOPE_TTL_MS) continue;
    await enqueue(core, work, id, { message: value.id, atMs: value.atMs, body: toBody(value) });
  }
}
