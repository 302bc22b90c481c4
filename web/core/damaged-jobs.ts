import { editOwnText } from "./conversations.ts";
import type { Core } from "./core.ts";
import { JOB, MESSAGE } from "./kinds.ts";
import { outboxIndex } from "./queueing.ts";
import { isRead } from "./records.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

const LOOKED_AT = 1_000;

/**
 * What was queued for a contact and cannot be read any more never leaves: it makes room, and the texts that nothing is
 * queued for say so. A file says "waiting" before anything of it is queued, and keeps that.
 */
export async function dropDamagedJobs(core: Core, work: Work, contact: ContactId): Promise<void> {
  const queued = new Set<string>();
  for (const row of await work.listAll(JOB, { index: await outboxIndex(core, contact) })) {
    if (isRead(row)) queued.add(row.value.message);
    else work.remove(JOB.table, row.id);
  }
  const index = await core.conversationIndex(contact);
  for (const { value } of await work.list(MESSAGE, { index, descending: true, limit: LOOKED_AT })) {
    if (value.kind !== "text" || !value.isMine || value.mark !== "waiting" || value.file !== undefined) continue;
    if (queued.has(value.id)) continue;
    await editOwnText(core, work, contact, value.id, (text) => ({ ...text, mark: "failed", failure: "damaged" }));
  }
  work.touch(TOPIC.connection);
}
