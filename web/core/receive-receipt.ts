import { SECOND_MS } from "@tacit/shared/limits";
import type { Body } from "@tacit/shared/wire/content";
import { editOwnText, getContact, isAnswered, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { META, SETTINGS } from "./meta-kinds.ts";
import { stopTyping } from "./receive-message.ts";
import type { Received } from "./received.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

export const TYPING_EXPIRES_MS = 8 * SECOND_MS;

/** A receipt speaks only of messages that we wrote to its sender; everything else in it is ignored. */
export async function receiveReceipt(
  core: Core,
  work: Work,
  { contactId }: Received,
  body: Extract<Body, { type: "receipt" }>,
): Promise<void> {
  const showsRead = core.records.held(SETTINGS, META.settings)?.value.receipts ?? true;
  const state = body.state === "read" && showsRead ? "read" : "delivered";
  for (const id of body.messages) {
    await editOwnText(core, work, contactId, id, (message) => {
      if (message.mark === "read" || message.mark === state) return message;
      const deliveredAtMs = message.deliveredAtMs ?? core.nowMs();
      return state === "read"
        ? { ...message, mark: state, failure: undefined, deliveredAtMs, readAtMs: core.nowMs() }
        : { ...message, mark: state, failure: undefined, deliveredAtMs };
    });
  }
  const contact = await getContact(work, contactId);
  if (contact.unconfirmedSinceMs === undefined) return;
  // Their device is there: what is still on the way begins to wait anew.
  const isOnTheWay = contact.last?.isMine === true && contact.last.mark === "sent";
  putContact(work, contactId, { ...contact, unconfirmedSinceMs: isOnTheWay ? core.clocks.relayMs() : undefined });
}

/** Shown for eight seconds at most, and only while we show our own. */
export async function receiveTyping(
  core: Core,
  work: Work,
  { contactId }: Received,
  body: Extract<Body, { type: "typing" }>,
): Promise<void> {
  const contact = await getContact(work, contactId);
  const isShown = core.records.held(SETTINGS, META.settings)?.value.typing ?? true;
  if (!isAnswered(contact) || !isShown) return;
  work.afterwards(() => {
    stopTyping(core, contactId);
    if (!body.isTyping) return;
    core.typing.set(
      contactId,
      core.ports.clock.after(TYPING_EXPIRES_MS, () => stopTyping(core, contactId)),
    );
    core.touch(TOPIC.conversations, TOPIC.contact(contactId));
  });
}
