import { ENVELOPE_TTL_MS } from "@tacit/shared/limits";
import { addNotice, getContact, putContact, toBody } from "./conversations.ts";
import type { Core } from "./core.ts";
import { MESSAGE } from "./kinds.ts";
import { enqueue } from "./queueing.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

const MAX_RESENT = 200;

/** A contact has other devices than before, by a bundle or by their own word: said in the conversation, and made good. */
export async function replaceDevices(core: Core, work: Work, id: ContactId): Promise<void> {
  await addNotice(core, work, id, "new-device");
  // A device hears each run from its beginning.
  putContact(work, id, { ...(await getContact(work, id)), ourRun: undefined });
  await resendUndelivered(core, work, id);
}

/**
 * What waited in the mailbox of an old device is gone with it. Texts without a receipt, as old as a mailbox keeps them,
 * are sent once more under their own ids.
 */
async function resendUndelivered(core: Core, work: Work, id: ContactId): Promise<void> {
  const index = await core.conversationIndex(id);
  const newest = await work.list(MESSAGE, { index, descending: true, limit: MAX_RESENT });
  // By whichever clock makes it younger: what is sent once too often is shown once all the same.
  const nowMs = core.clocks.earliestMs();
  for (const { value } of newest.toReversed()) {
    if (value.kind !== "text" || !value.isMine || value.mark !== "sent") continue;
    if (nowMs - Math.max(value.atMs, value.sentAtMs ?? 0) >= ENVELOPE_TTL_MS) continue;
    await enqueue(core, work, id, { message: value.id, atMs: value.atMs, body: toBody(value) });
  }
}
