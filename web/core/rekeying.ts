import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import type { DeliveryKey } from "@tacit/shared/ids";
import { MINUTE_MS } from "@tacit/shared/limits";
import type { Content, NewerContent } from "@tacit/shared/wire/content";
import { getContact, isAnswered, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { hashOfKey, takeKey } from "./key-pool.ts";
import { type Contact, JOB } from "./kinds.ts";
import { KEY_POOL, META } from "./meta-kinds.ts";
import { hasOpenGap } from "./places.ts";
import { enqueue, newJob, outboxIndex } from "./queueing.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

// A contact who has to use another key of ours than before. Until they do they cannot reach us, not even to say that they
// never heard of it, so it is said again. docs/PROTOCOL.md §6.5.

const SAW_KEY_BYTES = 8;
const FIRST_PAUSE_MS = MINUTE_MS;
/** Each pause is so many times the one before: nine of them are 60 days. */
const LONGER = 4;
const MAX_REPEATS = 9;

/** Which key a Content says that its sender posts with: the first 8 bytes of its hash. */
export function toSawKey(key: DeliveryKey): Bytes {
  return hashOfKey(key).slice(0, SAW_KEY_BYTES);
}

/** Whether a Content was written by somebody who knows the key that is theirs now. Who does not say is believed. */
export function isAwareOfKey({ ourKey }: Contact, { sawKey }: Content | NewerContent): boolean {
  return sawKey === undefined || equalBytes(sawKey, toSawKey(ourKey));
}

/** Gives a contact another key, and tells those who are answered. */
export async function giveAnotherKey(core: Core, work: Work, id: ContactId, contact: Contact): Promise<void> {
  const pool = await work.get(KEY_POOL, META.keyPool);
  if (pool === undefined) throw new Error("the key pool is missing");
  const taken = takeKey(pool, "contact", id, core.ports.random);
  work.put(KEY_POOL, META.keyPool, taken.pool);
  const unheard = { times: 0, atMs: core.nowMs() };
  putContact(work, id, { ...contact, ourKey: taken.key, isIntroduced: false, unheard });
  if (!isAnswered(contact)) return;
  if (!(await isHelloWaiting(core, work, id))) await enqueue(core, work, id, newJob(core, { type: "hello" }));
  work.afterwards(() => core.onWatched?.());
}

/** One that is not sealed yet tells of the newest key: a relay that refuses every key fills no outbox. */
async function isHelloWaiting(core: Core, work: Work, id: ContactId): Promise<boolean> {
  const jobs = await work.list(JOB, { index: await outboxIndex(core, id) });
  return jobs.some(({ value }) => value.body.type === "hello" && value.envelopes === undefined);
}

/** Whether a contact may have to be told of their key again. */
function isUnheard({ status, hold, unheard }: Pick<Contact, "status" | "hold" | "unheard">): boolean {
  return status === "accepted" && hold === undefined && unheard !== undefined && unheard.times < MAX_REPEATS;
}

/** Whether something of a contact wants to be looked at every minute. */
export function isWatched(contact: Contact): boolean {
  return hasOpenGap(contact) || isUnheard(contact);
}

/** Says it once more where that is due: not before what waits for them has left, which says it as well. */
export async function repeatHello(core: Core, id: ContactId): Promise<void> {
  const known = core.contact(id);
  if (known === undefined || !isRepeatDue(known, core.nowMs())) return;
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    const waiting = await core.ports.store.count(JOB.table, { index: await outboxIndex(core, id) });
    if (waiting > 0 || contact.unheard === undefined || !isRepeatDue(contact, core.nowMs())) return;
    putContact(work, id, { ...contact, unheard: { times: contact.unheard.times + 1, atMs: core.nowMs() } });
    await enqueue(core, work, id, newJob(core, { type: "hello" }));
  });
}

/** A clock that was set back makes it due: a hello too many is better than none for days. */
export function isRepeatDue(contact: Pick<Contact, "status" | "hold" | "unheard">, nowMs: number): boolean {
  const { unheard } = contact;
  if (unheard === undefined || !isUnheard(contact)) return false;
  const sinceMs = nowMs - unheard.atMs;
  return sinceMs < 0 || sinceMs >= FIRST_PAUSE_MS * LONGER ** unheard.times;
}
