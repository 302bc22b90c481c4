import { shutOut } from "./contacts.ts";
import { addMessage, isAnswered, nameOfText } from "./conversations.ts";
import type { Core } from "./core.ts";
import { takeKey } from "./key-pool.ts";
import { CONTACT, type Contact, DRAFT, FILE, JOB, MESSAGE, type Message } from "./kinds.ts";
import { KEY_POOL, META } from "./meta-kinds.ts";
import { enqueue, newJob, outboxIndex } from "./queueing.ts";
import type { VaultContents } from "./recovery-vault.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

/**
 * The contacts of a recovery vault take the place of those of an older copy, or of damaged ones. Who is here and not there
 * stays, with another key; who has another id here becomes one with the contact of the vault; who is blocked in either
 * stays blocked. docs/PROTOCOL.md §3.4.
 */
export async function bringContactsBack(core: Core, work: Work, vault: VaultContents["contacts"]): Promise<void> {
  const known = new Map(vault.map(({ id, contact }) => [id, contact]));
  const idOf = new Map(vault.map(({ id, contact }) => [contact.account, id]));
  const doubles = new Map<ContactId, readonly [ContactId, Contact]>();
  for (const [id, ours] of core.contacts()) {
    if (known.has(id)) continue;
    const same = idOf.get(ours.account);
    if (same === undefined) known.set(id, await withAnotherKey(core, work, id, ours));
    else doubles.set(same, [id, ours]);
  }
  const all = [...known];
  for (const [id, contact] of all) await bringBack(core, work, id, contact, doubles.get(id)?.[1]);
  for (const [id, [double]] of doubles) await moveConversation(core, work, double, id);
  for (const [id, contact] of all) {
    const isBlocked = core.contact(id)?.status === "blocked" || doubles.get(id)?.[1].status === "blocked";
    if (isBlocked && contact.status !== "blocked") await shutOut(core, work, id, all);
  }
  // In neither of the two: nobody can say who that was.
  for (const id of core.records.unreadIds(CONTACT.table)) if (!known.has(id)) work.remove(CONTACT.table, id);
}

async function withAnotherKey(core: Core, work: Work, id: ContactId, ours: Contact): Promise<Contact> {
  const pool = await work.get(KEY_POOL, META.keyPool);
  if (pool === undefined) throw new Error("the key pool is missing");
  const taken = takeKey(pool, "contact", id, core.ports.random);
  work.put(KEY_POOL, META.keyPool, taken.pool);
  const unheard = { times: 0, atMs: core.nowMs() };
  const anew = { needsSession: true, isIntroduced: false, ourRun: undefined, theirRuns: undefined };
  return { ...ours, ourKey: taken.key, unheard, ...anew };
}

/** A contact as the vault knows them, with what only this browser knows: where the conversation stood. */
async function bringBack(core: Core, work: Work, id: ContactId, vault: Contact, double?: Contact): Promise<void> {
  const here = (await work.get(CONTACT, id)) ?? double;
  const { last, unread, late, activeAtMs, vaultVersion } = here ?? vault;
  const isWanted =
    double !== undefined && isAnswered(double) && (vault.status === "request" || vault.status === "ignored");
  const contact = isWanted ? { ...vault, status: "accepted" as const } : vault;
  work.put(CONTACT, id, { ...contact, last, unread, late, activeAtMs, vaultVersion });
  work.touch(TOPIC.contact(id), TOPIC.messages(id));
  if (isAnswered(contact) && here?.status !== "blocked") await enqueue(core, work, id, newJob(core, { type: "hello" }));
}

/** What was written to somebody under another id: rows, what waits, files and the draft. */
async function moveConversation(core: Core, work: Work, from: ContactId, to: ContactId): Promise<void> {
  const isBlocked = (await work.get(CONTACT, to))?.status === "blocked";
  const toFailed = (message: Message): Message =>
    isBlocked && message.kind === "text" && message.mark === "waiting"
      ? { ...message, mark: "failed", failure: "blocked" }
      : message;
  for (const { id, value, order } of await work.list(MESSAGE, { index: await core.conversationIndex(from) })) {
    work.remove(MESSAGE.table, id);
    const name = value.kind === "text" ? nameOfText(value.isMine ? "me" : "them", value.id) : `moved ${core.newId()}`;
    const isThere = (await work.get(MESSAGE, await core.messageRowId(to, name))) !== undefined;
    if (!isThere) await addMessage(core, work, to, name, toFailed(value), order);
  }
  for (const { id, value } of await work.list(JOB, { index: await outboxIndex(core, from) })) {
    work.remove(JOB.table, id);
    const { contact: _, envelopes: __, ...job } = value;
    if (!isBlocked && job.body.type !== "hello") await enqueue(core, work, to, job);
  }
  for (const { id, value } of core.records.allHeld(FILE)) {
    if (value.contact === from) work.put(FILE, id, { ...value, contact: to });
  }
  const draft = await work.get(DRAFT, from);
  work.remove(DRAFT.table, from);
  if (draft !== undefined && (await work.get(DRAFT, to)) === undefined) work.put(DRAFT, to, draft);
  work.remove(CONTACT.table, from);
  work.touch(TOPIC.contact(from), TOPIC.messages(from));
}
