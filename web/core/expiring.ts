import { ENVELOPE_TTL_MS } from "@tacit/shared/limits";
import { editOwnText, getContact, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { MESSAGE } from "./kinds.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

const LOOKED_AT = 1_000;

/**
 * Marks texts that the relay has had for as long as it keeps anything, and that nobody confirmed: it has thrown them
 * away. By the relay's clock, and never while that and ours disagree.
 */
export async function markExpired(core: Core): Promise<void> {
  if (core.clocks.aheadMs !== undefined) return;
  for (const [id, { unconfirmedSinceMs }] of core.contacts()) {
    if (unconfirmedSinceMs === undefined || !isOver(core, unconfirmedSinceMs)) continue;
    await core.change((work) => expire(core, work, id));
  }
}

async function expire(core: Core, work: Work, id: ContactId): Promise<void> {
  const index = await core.conversationIndex(id);
  let oldestLeftMs: number | undefined;
  let before: number | undefined;
  let isLooking = true;
  while (isLooking) {
    const page = await work.list(MESSAGE, { index, before, descending: true, limit: LOOKED_AT });
    // Further back than where all of it is settled nothing waits.
    const sent = page.flatMap(({ value }) =>
      value.kind === "text" && value.isMine && value.mark === "sent" ? value : [],
    );
    for (const { id: message, atMs, sentAtMs = atMs } of sent) {
      if (isOver(core, sentAtMs)) await editOwnText(core, work, id, message, (text) => ({ ...text, mark: "expired" }));
      else oldestLeftMs = Math.min(sentAtMs, oldestLeftMs ?? sentAtMs);
    }
    before = page.at(-1)?.order;
    isLooking = sent.length > 0 && before !== undefined;
  }
  putContact(work, id, { ...(await getContact(work, id)), unconfirmedSinceMs: oldestLeftMs });
}

function isOver(core: Core, sentAtMs: number): boolean {
  return core.clocks.relayMs() - sentAtMs > ENVELOPE_TTL_MS;
}
