import { addMessage, getContact, putContact } from "../conversations.ts";
import type { Core } from "../core.ts";
import { MESSAGE, type Message } from "../kinds.ts";
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
  const before = await work.get(MESSAGE, await core.messageRowId(call.contact, nameOfCall(call.id)));
  if (before === undefined) await recordCall(core, work, call, "missed");
}

function nameOfCall(id: string): string {
  return `call ${id}`;
}
