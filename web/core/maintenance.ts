import {
  DAY_MS,
  FIRST_CONTACT_HEAL_MS,
  SEEN_TTL_MS,
  SIGNED_PREKEY_GRACE_MS,
  SIGNED_PREKEY_ROTATION_MS,
} from "@tacit/shared/limits";
import { putContact, toBody } from "./conversations.ts";
import type { Core } from "./core.ts";
import { CONTACT, MESSAGE, REPLAY, SEEN, SENT } from "./kinds.ts";
import { enqueue } from "./queueing.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

const SENT_TTL_MS = 35 * DAY_MS;
/** Longer than any last-resort prekey answers. */
const REPLAY_TTL_MS = SIGNED_PREKEY_GRACE_MS + 2 * SIGNED_PREKEY_ROTATION_MS + 7 * DAY_MS;
const PRUNED_PER_ROUND = 500;
const HEALED_PER_CONTACT = 50;

/** Forgets what is past its time: ids of messages seen 90 days ago, and of envelopes that no relay holds any more. */
export async function prune(core: Core): Promise<void> {
  const day = (ageMs: number) => Math.floor((core.clocks.earliestMs() - ageMs) / DAY_MS);
  await core.change(async (work) => {
    for (const [table, before] of [
      [SEEN.table, day(SEEN_TTL_MS)],
      [SENT.table, day(SENT_TTL_MS)],
      [REPLAY.table, day(REPLAY_TTL_MS)],
    ] as const) {
      const old = await core.ports.store.list(table, { before, limit: PRUNED_PER_ROUND });
      for (const { id } of old) work.remove(table, id);
    }
  });
}

/**
 * First contact that got no sign of life for a day: the message may have been unreadable, so it is encrypted once more
 * from a new bundle, under the same message id. Answers the contacts whose outbox has something new.
 */
export async function healFirstContacts(core: Core): Promise<readonly ContactId[]> {
  const healed: ContactId[] = [];
  for (const [id, { isIntroduced, status }] of core.contacts()) {
    if (isIntroduced || status !== "invited") continue;
    if (await core.change((work) => heal(core, work, id))) healed.push(id);
  }
  return healed;
}

async function heal(core: Core, work: Work, id: ContactId): Promise<boolean> {
  const contact = await work.get(CONTACT, id);
  if (contact === undefined) return false;
  const index = await core.conversationIndex(id);
  const rows = await work.list(MESSAGE, { index, limit: HEALED_PER_CONTACT });
  let isHealed = false;
  for (const { id: rowId, value } of rows) {
    const isDue =
      value.kind === "text" &&
      value.isMine &&
      value.mark === "sent" &&
      value.isHealed !== true &&
      core.nowMs() - value.atMs >= FIRST_CONTACT_HEAL_MS;
    if (!isDue) continue;
    isHealed = true;
    work.put(MESSAGE, rowId, { ...value, isHealed: true });
    await enqueue(core, work, id, { message: value.id, atMs: value.atMs, body: toBody(value) });
  }
  if (isHealed) putContact(work, id, { ...contact, needsSession: true });
  return isHealed;
}
