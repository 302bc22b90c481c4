import { toHex } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import { MAX_POST_BYTES } from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import { toContent } from "./content.ts";
import { isMessage, nameOfText, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { type Contact, JOB, type Job, MESSAGE, type OurRun, SENT, type SealedJob } from "./kinds.ts";
import { givePlace } from "./places.ts";
import type { Stored } from "./records.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

/** A job and the very bytes that carry it. */
export type Posting = { readonly job: Stored<Job>; readonly post: Post };

/**
 * The next posts of one contact. Bytes that were sealed before go first, as they are; otherwise the jobs are encrypted
 * now, and the ratchet steps are in `work` with them. "fetch": a session has to be started from a bundle first.
 */
export async function encryptJobs(
  core: Core,
  work: Work,
  contactId: ContactId,
  contact: Contact,
  jobs: readonly Stored<Job>[],
): Promise<"done" | "fetch" | readonly Posting[]> {
  const { sendKey } = contact;
  if (sendKey === undefined) return "done";
  const toPosting = (job: Stored<Job>, envelopes: readonly SealedJob[]): Posting => ({
    job,
    post: { key: sendKey, lane: "durable", envelopes },
  });
  const sealedBefore = jobs.slice(
    0,
    leading(jobs, ({ value }) => value.envelopes !== undefined),
  );
  if (sealedBefore.length > 0) {
    return withinOneFrame(sealedBefore.map((job) => toPosting(job, job.value.envelopes ?? [])));
  }
  if (contact.needsSession || contact.list === undefined) return "fetch";

  const waiting = jobs.slice(
    0,
    leading(jobs, ({ value }) => value.envelopes === undefined),
  );
  const { ourRun, jobs: placed } = await placeJobs(core, work, contactId, contact, waiting);
  const sealed = await encryptForDevices(
    core,
    work,
    contact,
    placed.map(({ value }) => toContent(core, contact, value)),
  );
  if (sealed === "no-session") {
    putContact(work, contactId, { ...contact, needsSession: true });
    return "fetch";
  }
  if (ourRun !== contact.ourRun) putContact(work, contactId, { ...contact, ourRun });
  const day = core.clocks.latestDay();
  const postings: Posting[] = [];
  for (const [at, job] of placed.entries()) {
    const envelopes = sealed.map(
      (device): SealedJob => ({
        deviceId: device.deviceId,
        registrationId: device.registrationId,
        id: core.ports.random(16) as EnvelopeId,
        sealed: device.sealed[at] as SealedJob["sealed"],
      }),
    );
    work.put(JOB, job.id, { ...job.value, envelopes });
    for (const { id } of envelopes) {
      const rowId = await core.records.blind(SENT.table, toHex(id));
      work.put(
        SENT,
        rowId,
        { account: contact.account, contact: contactId, message: job.value.message, body: job.value.body.type },
        { order: day },
      );
    }
    postings.push(toPosting(job, envelopes));
  }
  return withinOneFrame(postings);
}

/** Each message has one place, however often it is encrypted: the job has it, and the message once the job is done. */
async function placeJobs(
  core: Core,
  work: Work,
  contactId: ContactId,
  contact: Contact,
  jobs: readonly Stored<Job>[],
): Promise<{ readonly ourRun: OurRun | undefined; readonly jobs: readonly Stored<Job>[] }> {
  const placed: Stored<Job>[] = [];
  let { ourRun } = contact;
  for (const job of jobs) {
    if (!isMessage(job.value.body)) {
      placed.push(job);
      continue;
    }
    const row = await work.get(MESSAGE, await core.messageRowId(contactId, nameOfText("me", job.value.message)));
    const had = job.value.place ?? (row?.kind === "text" ? row.place : undefined);
    const { ours, place } = givePlace(ourRun, had, () => core.ports.random(8));
    placed.push({ ...job, value: { ...job.value, place } });
    ourRun = ours;
  }
  return { ourRun, jobs: placed };
}

/** Encrypts contents, in order, for every device of a contact, and puts the sessions' next states into `work`. */
export async function encryptForDevices(
  core: Core,
  work: Work,
  contact: Contact,
  contents: readonly SealedJob["sealed"][],
): Promise<
  | "no-session"
  | readonly { deviceId: SealedJob["deviceId"]; registrationId: number; sealed: readonly SealedJob["sealed"][] }[]
> {
  const { keyholder, store } = core.ports;
  const sealed = [];
  for (const { deviceId, registrationId } of contact.list?.devices ?? []) {
    const remote = { accountId: contact.account, deviceId };
    const session = await store.get("sessions", await sessionRowId(core, contact, deviceId));
    if (session === undefined) return "no-session";
    const encrypted = await keyholder.encrypt({
      remote,
      identityKey: contact.identityKey,
      session,
      contents,
      nowMs: core.clocks.latestMs(),
    });
    if (!encrypted.ok) return "no-session";
    work.putRow(encrypted.value.session);
    sealed.push({ deviceId, registrationId, sealed: encrypted.value.sealed });
  }
  return sealed.length === 0 ? "no-session" : sealed;
}

export function sessionRowId(core: Core, contact: Pick<Contact, "account">, deviceId: number): Promise<string> {
  return core.records.blind("sessions", `${contact.account}.${deviceId}`);
}

function leading<Item>(items: readonly Item[], belongs: (item: Item) => boolean): number {
  const end = items.findIndex((item) => !belongs(item));
  return end < 0 ? items.length : end;
}

/** As many postings as one socket frame holds: at least one. */
function withinOneFrame(postings: readonly Posting[]): readonly Posting[] {
  let size = 0;
  const end = postings.findIndex(({ post }) => {
    for (const { sealed } of post.envelopes) size += sealed.length;
    return size > MAX_POST_BYTES;
  });
  return end < 0 ? postings : postings.slice(0, Math.max(1, end));
}
