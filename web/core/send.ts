import type { EnvelopeId, MessageId } from "@tacit/shared/ids";
import { MAX_TEXT_CHARACTERS, SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toContent } from "./content.ts";
import {
  addMessage,
  editOwnText,
  getContact,
  isAnswered,
  nameOfText,
  putContact,
  toBody,
  toLast,
} from "./conversations.ts";
import type { Core } from "./core.ts";
import { encryptForDevices } from "./encrypting.ts";
import { DRAFT, type Draft, FILE, type FilePart, type TextMessage } from "./kinds.ts";
import { META, SETTINGS } from "./meta-kinds.ts";
import type { Outbox } from "./outbox.ts";
import { enqueue } from "./queueing.ts";
import type { ContactId } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

const TYPING_EVERY_MS = 4 * SECOND_MS;

/**
 * Writes a text into the conversation and the outbox, durably, and clears the draft. It leaves when it can; nothing that
 * happens to the network loses it. Throws for a text without a visible character. `id`: of somebody who shows the text
 * before it is stored, and wants to know it again.
 */
export async function sendText(
  core: Core,
  outbox: Outbox,
  contactId: ContactId,
  text: string,
  replyTo?: MessageId | undefined,
  id = core.newMessageId(),
): Promise<Result<MessageId, "too-long">> {
  if (text.trim() === "") throw new RangeError("a message has at least one character");
  if (text.length > MAX_TEXT_CHARACTERS) return refused("too-long");
  await core.change(async (work) => {
    const contact = await getContact(work, contactId);
    const atMs = core.nowMs();
    const message: TextMessage = { kind: "text", id, isMine: true, text, atMs, replyTo, mark: "waiting" };
    await addMessage(core, work, contactId, nameOfText("me", id), message);
    await enqueue(core, work, contactId, { message: id, atMs, body: { type: "text", text, replyTo } });
    putContact(work, contactId, { ...contact, last: toLast(message), activeAtMs: atMs });
    if (core.records.held(DRAFT, contactId) !== undefined) work.remove(DRAFT.table, contactId);
  });
  outbox.wake(contactId);
  return ok(id);
}

/** Puts a text that failed or expired into the outbox once more, under the same message id. */
export async function retry(core: Core, outbox: Outbox, contactId: ContactId, id: MessageId): Promise<void> {
  await core.change(async (work) => {
    let again: TextMessage | undefined;
    await editOwnText(core, work, contactId, id, (message) => {
      if (message.mark !== "failed" && message.mark !== "expired") return message;
      again = { ...message, mark: "waiting", failure: undefined };
      return again;
    });
    if (again === undefined) return;
    if (again.file !== undefined) return leaveAgain(core, work, contactId, id, again.file);
    await enqueue(core, work, contactId, { message: id, atMs: again.atMs, body: toBody(again) });
  });
  outbox.wake(contactId);
}

/** The relay may have thrown away the file with the message: it is left once more, and the message follows it. */
function leaveAgain(core: Core, work: Work, contact: ContactId, message: MessageId, { id, shelf }: FilePart): void {
  work.put(FILE, shelf, { contact, message, isMine: true, id, state: "up" });
  work.afterwards(() => core.onFile?.(shelf));
}

export async function saveDraft(core: Core, contactId: ContactId, text: string): Promise<void> {
  await core.change(async (work) => {
    const before: Draft | undefined = await work.get(DRAFT, contactId);
    if ((before?.text ?? "") === text) return;
    if (text === "") work.remove(DRAFT.table, contactId);
    else work.put(DRAFT, contactId, { text });
    work.touch(TOPIC.conversations, TOPIC.contact(contactId));
  });
}

/** Tells a contact that we type: live, at most every four seconds, never queued, and only behind everything queued. */
export class TypingNotes {
  readonly #core: Core;
  readonly #outbox: Outbox;
  readonly #lastMs = new Map<ContactId, number>();

  constructor(core: Core, outbox: Outbox) {
    this.#core = core;
    this.#outbox = outbox;
  }

  async set(contactId: ContactId, isTyping: boolean): Promise<void> {
    const core = this.#core;
    const isShown = core.records.held(SETTINGS, META.settings)?.value.typing ?? true;
    const lastMs = this.#lastMs.get(contactId);
    const isDue = lastMs === undefined ? isTyping : !isTyping || core.nowMs() - lastMs >= TYPING_EVERY_MS;
    if (!isShown || !isDue || !this.#outbox.isOpenFor(contactId)) return;
    const post = await core.change(async (work) => {
      const contact = await getContact(work, contactId);
      const { sendKey, isIntroduced, needsSession, hold } = contact;
      const isReady = isAnswered(contact) && isIntroduced && !needsSession && hold === undefined;
      if (sendKey === undefined || !isReady || (await this.#outbox.isWaiting(contactId))) return undefined;
      const job = { contact: contactId, message: core.newMessageId(), atMs: core.nowMs() };
      const content = toContent(core, contact, { ...job, body: { type: "typing", isTyping } });
      const devices = await encryptForDevices(core, work, contact, [content]);
      if (devices === "no-session") return undefined;
      const envelopes = devices.flatMap(({ deviceId, registrationId, sealed }) =>
        sealed.map((one) => ({ deviceId, registrationId, id: core.ports.random(16) as EnvelopeId, sealed: one })),
      );
      return { key: sendKey, lane: "live", envelopes } as const;
    });
    if (post === undefined) return;
    if (isTyping) this.#lastMs.set(contactId, core.nowMs());
    else this.#lastMs.delete(contactId);
    await core.carrier.carry(contactId, [post]);
  }
}
