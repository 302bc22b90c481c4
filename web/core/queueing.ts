import type { MessageId } from "@tacit/shared/ids";
import type { Body } from "@tacit/shared/wire/content";
import type { Core } from "./core.ts";
import { JOB, type Job } from "./kinds.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

// How something gets into the outbox; `outbox.ts` is how it leaves.

export type NewJob = Omit<Job, "contact" | "envelopes" | "atMs"> & { readonly atMs?: number | undefined };

export function outboxIndex(core: Core, contact: ContactId): Promise<string> {
  return core.records.blind(JOB.table, contact);
}

/** Queues a Content for a contact, in the unit of work of what it belongs to. */
export async function enqueue(core: Core, work: Work, contact: ContactId, job: NewJob): Promise<void> {
  const place = { index: await outboxIndex(core, contact), order: core.nextOrder() };
  work.put(JOB, core.newId(), { ...job, contact, atMs: job.atMs ?? core.nowMs() }, place);
  work.touch(TOPIC.connection);
  work.afterwards(() => core.onQueued?.(contact));
}

/** A body that is about messages, not one of them, needs an id of its own. */
export function newJob(core: Core, body: Body, message: MessageId = core.newMessageId()): NewJob {
  return { message, body };
}
