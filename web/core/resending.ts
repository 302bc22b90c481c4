import { ENVELOPE_TTL_MS } from "@tacit/shared/limits";
import { toBody } from "./conversations.ts";
import type { Core } from "./core.ts";
import { MESSAGE } from "./kinds.ts";
import { enqueue } from "./outbox.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

const MAX_RESENT = 200;

/**
 * A contact has other devices than before: what waited in the mailbox of an old one is gone with it. Texts without a
 * receipt, as old as a mailbox keeps them, are sent once more under their own ids.
 */
export async function resendUndelivered(core: Core, work: Work, id: ContactId): Promise<void> {
  const index = await core.conversationIndex(id);
  const newest = await work.list(MESSAGE, { index, descending: true, limit: MAX_RESENT });
  for (const { value } of newest.toReversed()) {
    const isLost =
      value.kind === "text" && value.isMine && value.mark === "sent" && core.nowMs() - value.atMs < ENVELOPE_TTL_MS;
    if (!isLost) continue;
    await enqueue(core, work, id, { message: value.id, atMs: value.atMs, body: toBody(value) });
  }
}
