import { DAY_MS } from "@tacit/shared/limits";
import { addMessage, getContact, putContact } from "../conversations.ts";
import type { Core } from "../core.ts";
import { MESSAGE, type Message, SEEN } from "../kinds.ts";
import type { CallOutcome } from "../views.ts";
import { TOPIC } from "../watching.ts";
import type { Work } from "../work.ts";
import type { Call } from "./call-state.ts";

type Remembered = Pick<Call, "id" | "contact" | "role" | "isVideo" | "startedAtMs">;

/**
 * Writes the row of a call into its conversation, or what became of an answered one since. A missed call counts as
 * unread, once.
 */
export async function recordCall(
  core: Core,
  work: Work,
  call: Remembered,
  outcome: CallOutcome,
  durationMs?: number | undefined,
): Promise<void> {
  const { contact: contactId, isVideo, startedAtMs: atMs } = call;
  const isMine = call.role === "caller";
  const name = nameOfCall(call.id);
  const row: Message = { kind: "call", atMs, isMine, isVideo, outcome, durationMs };
  const rowId = await core.messageRowId(contactId, name);
  const before = await work.get(MESSAGE, rowId);
  const contact = await getContact(work, contactId);
  const last = { text: "", kind: "call", atMs, isMine, call: { isVideo, outcome } } as const;
  if (before === undefined) {
    if (outcome === "missed" && (await isFolded(core, work, call))) return;
    await addMessage(core, work, contactId, name, row);
    const isUnread = outcome === "missed" && !core.opened.has(contactId);
    const unread = contact.unread + (isUnread ? 1 : 0);
    return putContact(work, contactId, { ...contact, last, unread, activeAtMs: core.nowMs() });
  }
  // Only what was answered can still become something else: how long it was, or that it never connected.
  if (before.kind !== "call" || before.outcome !== "answered") return;
  work.put(MESSAGE, rowId, row);
  work.touch(TOPIC.messages(contactId));
  if (contact.last?.kind === "call" && contact.last.atMs === atMs) putContact(work, contactId, { ...contact, last });
}

/** Somebody was called who could not hear it: the end of a call that this device knows nothing of. */
export async function recordMissed(core: Core, work: Work, call: Remembered): Promise<void> {
  if (!(await isRemembered(core, work, call))) await recordCall(core, work, call, "missed");
}

/** Whether the conversation knows what became of it. */
export async function isRemembered(core: Core, work: Work, call: Remembered): Promise<boolean> {
  const row = await work.get(MESSAGE, await core.messageRowId(call.contact, nameOfCall(call.id)));
  return row !== undefined || (await work.get(SEEN, await nameOfFolded(core, call))) !== undefined;
}

/**
 * Counts a missed call to the row of the one before, where that is the last word of the conversation and nobody has
 * looked since: however often somebody rings, it is one row and one thing unread.
 */
async function isFolded(core: Core, work: Work, call: Remembered): Promise<boolean> {
  const { contact: contactId, isVideo, startedAtMs: atMs } = call;
  const contact = await getContact(work, contactId);
  if (contact.unread === 0 && !core.opened.has(contactId)) return false;
  const index = await core.conversationIndex(contactId);
  const [last] = await work.list(MESSAGE, { index, descending: true, limit: 1 });
  if (last?.value.kind !== "call" || last.value.isMine || last.value.outcome !== "missed") return false;
  const { times = 1 } = last.value;
  work.put(MESSAGE, last.id, { ...last.value, isVideo, atMs, times: times + 1 });
  work.put(SEEN, await nameOfFolded(core, call), { atMs: core.nowMs() }, { order: Math.floor(core.nowMs() / DAY_MS) });
  work.touch(TOPIC.messages(contactId));
  const said = { text: "", kind: "call", atMs, isMine: false, call: { isVideo, outcome: "missed" } } as const;
  putContact(work, contactId, { ...contact, last: said, activeAtMs: core.nowMs() });
  return true;
}

function nameOfFolded(core: Core, { contact, id }: Remembered): Promise<string> {
  return core.records.blind(SEEN.table, `${contact} ${nameOfCall(id)}`);
}

function nameOfCall(id: string): string {
  return `call ${id}`;
}
