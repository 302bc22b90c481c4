import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Carried } from "./carrying.ts";
import { editOwnText, getContact, isMessage, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { dropDamagedJobs } from "./damaged-jobs.ts";
import { encryptJobs, type Posting } from "./encrypting.ts";
import { fetchSession } from "./fetching.ts";
import { CONTACT, JOB, type Job } from "./kinds.ts";
import { giveUpPlace } from "./places.ts";
import { outboxIndex } from "./queueing.ts";
import { isRead, type Stored } from "./records.ts";
import type { ContactId, MessagePath, SendFailure } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

const JOBS_PER_ROUND = 16;
/** Fetching a bundle and encrypting anew are rounds in which nothing leaves yet. */
const MAX_FRUITLESS_ROUNDS = 4;
const FIRST_PAUSE_MS = 2 * SECOND_MS;
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;

/** What came of one round: nothing is left, go on at once, or try again after a pause. */
type Outcome = "done" | "more" | "later";

/**
 * The queue of what leaves. One contact's jobs leave in order, one round at a time: encrypt, commit the sealed bytes
 * with the ratchet step, post, settle. Whatever happens between two of these, the same bytes are posted again.
 */
export class Outbox {
  readonly #core: Core;
  readonly #running = new Set<ContactId>();
  readonly #woken = new Set<ContactId>();
  readonly #pauses = new Map<ContactId, { readonly ms: number; readonly cancel: () => void }>();
  #isOpen = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Starts sending: the mailbox is drained, so every session is as new as it can be. */
  open(): void {
    this.#isOpen = true;
    for (const { cancel } of this.#pauses.values()) cancel();
    this.#pauses.clear();
    for (const [contact] of this.#core.contacts()) this.wake(contact);
  }

  close(): void {
    this.#isOpen = false;
    for (const { cancel } of this.#pauses.values()) cancel();
    this.#pauses.clear();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether something may leave for a contact now: past a relay that does not answer, but not while the mailbox drains. */
  isOpenFor(contact: ContactId): boolean {
    const { carrier, connection } = this.#core;
    return this.#isOpen || (connection !== "draining" && carrier.isLinked(contact));
  }

  async isWaiting(contact: ContactId): Promise<boolean> {
    return (await this.#waiting(contact)) > 0;
  }

  /** Sends what waits for a contact, now or once the outbox opens. */
  wake(contact: ContactId): void {
    if (!this.isOpenFor(contact)) return;
    this.#woken.add(contact);
    if (!this.#running.has(contact)) void this.#run(contact);
  }

  async #run(contact: ContactId): Promise<void> {
    this.#running.add(contact);
    try {
      while (this.isOpenFor(contact) && this.#woken.has(contact)) {
        this.#woken.delete(contact);
        const outcome = await this.#rounds(contact);
        if (outcome === "later") this.#pause(contact);
      }
    } catch {
      // The device cannot store, or the client was locked meanwhile: what was committed is tried again later.
      this.#pause(contact);
    } finally {
      this.#running.delete(contact);
    }
  }

  /** Goes on while something leaves. A relay that always wants another bundle gets pauses, not a busy loop. */
  async #rounds(contact: ContactId): Promise<Outcome> {
    let fruitless = 0;
    for (;;) {
      const before = await this.#waiting(contact);
      const outcome = await this.#round(contact);
      if (outcome !== "more" || !this.isOpenFor(contact)) return outcome;
      fruitless = (await this.#waiting(contact)) < before ? 0 : fruitless + 1;
      if (fruitless > MAX_FRUITLESS_ROUNDS) return "later";
    }
  }

  async #waiting(contact: ContactId): Promise<number> {
    return this.#core.ports.store.count(JOB.table, { index: await outboxIndex(this.#core, contact) });
  }

  #pause(contact: ContactId): void {
    if (!this.isOpenFor(contact)) return;
    const before = this.#pauses.get(contact);
    before?.cancel();
    const ms = Math.min(before === undefined ? FIRST_PAUSE_MS : before.ms * 2, LONGEST_PAUSE_MS);
    this.#pauses.set(contact, { ms, cancel: this.#core.ports.clock.after(ms, () => this.wake(contact)) });
  }

  async #round(contact: ContactId): Promise<Outcome> {
    const core = this.#core;
    const next = await core.change((work) => this.#prepare(work, contact));
    if (next === "done") return "done";
    if (next === "again") return "more";
    if (next === "fetch") {
      const fetched = await fetchSession(core, contact);
      if (fetched.outcome === "failed") await core.change((work) => failAll(core, work, contact, fetched.failure));
      return fetched.outcome === "ok" ? "more" : fetched.outcome === "later" ? "later" : "done";
    }
    const carried = await core.carrier.carry(
      contact,
      next.map(({ post }) => post),
    );
    if (!carried.ok) return "later";
    const outcome = await core.change((work) => settle(core, work, contact, next, carried.value));
    if (outcome === "more") this.#pauses.delete(contact);
    return outcome;
  }

  async #prepare(work: Work, contactId: ContactId): Promise<"done" | "again" | "fetch" | readonly Posting[]> {
    const contact = await work.get(CONTACT, contactId);
    if (contact === undefined || contact.status === "blocked" || contact.hold !== undefined) return "done";
    const range = { index: await outboxIndex(this.#core, contactId), limit: JOBS_PER_ROUND };
    const rows = await work.listAll(JOB, range);
    const jobs = rows.filter(isRead);
    if (jobs.length < rows.length) {
      await dropDamagedJobs(this.#core, work, contactId);
      return "again";
    }
    if (jobs.length === 0) return "done";
    return encryptJobs(this.#core, work, contactId, contact, jobs);
  }
}

/** Applies what became of one round of posts. */
async function settle(
  core: Core,
  work: Work,
  contact: ContactId,
  postings: readonly Posting[],
  carried: readonly Carried[],
): Promise<Outcome> {
  let outcome: Outcome = "more";
  for (const [at, { job }] of postings.entries()) {
    const { answer, path } = carried[at] ?? {};
    if (answer === undefined || path === undefined) return "later";
    switch (answer.status) {
      case "ok":
        work.remove(JOB.table, job.id);
        await reach(work, contact);
        await markSent(core, work, contact, job.value, path);
        break;
      case "devices":
      case "refetch":
        putContact(work, contact, { ...(await getContact(work, contact)), needsSession: true });
        await unseal(work, job);
        break;
      case "id-taken":
        await unseal(work, job);
        break;
      case "unknown-key":
        await fail(core, work, contact, job, "gone");
        break;
      case "claimed":
        await fail(core, work, contact, job, "used-card");
        break;
      case "lane":
      case "malformed":
        await fail(core, work, contact, job, "refused");
        break;
      case "full":
      case "budget":
      case "retry":
        outcome = "later";
        break;
      default:
        answer satisfies never;
    }
  }
  work.touch(TOPIC.connection);
  return outcome;
}

/** A post that arrived proves the key that it went by. */
async function reach(work: Work, id: ContactId): Promise<void> {
  const contact = await getContact(work, id);
  if (contact.isGone === true) putContact(work, id, { ...contact, isGone: undefined });
}

async function markSent(core: Core, work: Work, contact: ContactId, job: Job, path: MessagePath): Promise<void> {
  if (!isMessage(job.body)) return;
  const sentAtMs = core.clocks.relayMs();
  let isUnconfirmed = false;
  await editOwnText(core, work, contact, job.message, (message) => {
    const { place } = job;
    if (message.mark === "delivered" || message.mark === "read") return { ...message, place };
    isUnconfirmed = true;
    return { ...message, mark: "sent", failure: undefined, sentAtMs, path, place };
  });
  const before = await getContact(work, contact);
  if (!isUnconfirmed || before.unconfirmedSinceMs !== undefined) return;
  putContact(work, contact, { ...before, unconfirmedSinceMs: sentAtMs });
}

/** The next round encrypts it anew, under new envelope ids. */
async function unseal(work: Work, job: Stored<Job>): Promise<void> {
  const current = await work.get(JOB, job.id);
  if (current !== undefined) work.put(JOB, job.id, { ...current, envelopes: undefined });
}

async function fail(core: Core, work: Work, contact: ContactId, job: Stored<Job>, failure: SendFailure): Promise<void> {
  work.remove(JOB.table, job.id);
  if (failure === "gone" || failure === "used-card") {
    putContact(work, contact, { ...(await getContact(work, contact)), isGone: true });
  }
  if (!isMessage(job.value.body)) return;
  const { place } = job.value;
  let hasLeft = true;
  await editOwnText(core, work, contact, job.value.message, (message) => {
    hasLeft = message.mark !== "waiting" || message.sentAtMs !== undefined;
    if (message.mark !== "waiting") return message;
    // What did not leave goes out under another number, if ever: others may have said that there is nothing at this one.
    return { ...message, mark: "failed", failure, place: hasLeft ? (place ?? message.place) : undefined };
  });
  if (hasLeft) return;
  const before = await getContact(work, contact);
  const ourRun = giveUpPlace(before.ourRun, place);
  if (ourRun !== before.ourRun) putContact(work, contact, { ...before, ourRun });
}

async function failAll(core: Core, work: Work, contact: ContactId, failure: SendFailure): Promise<void> {
  const jobs = await work.list(JOB, { index: await outboxIndex(core, contact) });
  // The last first: then none of them is one that the next message counts on from.
  for (const job of jobs.toReversed()) await fail(core, work, contact, job, failure);
  work.touch(TOPIC.connection);
}

/** Gives up everything queued for a contact: they were blocked. */
export function dropJobs(core: Core, work: Work, contact: ContactId): Promise<void> {
  return failAll(core, work, contact, "blocked");
}

/** For whoever has another key from now on: messages are sealed anew; what was about those of the one before is dropped. */
export async function readdressJobs(core: Core, work: Work, contact: ContactId): Promise<void> {
  for (const job of await work.list(JOB, { index: await outboxIndex(core, contact) })) {
    const { body } = job.value;
    if (isMessage(body) || body.type === "hello") await unseal(work, job);
    else work.remove(JOB.table, job.id);
  }
  work.touch(TOPIC.connection);
}
