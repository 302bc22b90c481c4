import { toHex } from "@tacit/shared/bytes";
import type { Body } from "@tacit/shared/wire/content";
import { getContact, isAnswered, nameOfText, toBody } from "./conversations.ts";
import type { Core } from "./core.ts";
import { MESSAGE, SENT } from "./kinds.ts";
import { enqueue } from "./queueing.ts";
import type { Received } from "./received.ts";
import type { Work } from "./work.ts";

/**
 * Sends again what a contact could not read: the same message id, encrypted anew. Only envelopes that went to this very
 * account count. What was not a text is answered by an empty Content, so that their record of it goes away.
 */
export async function receiveResend(
  core: Core,
  work: Work,
  { contactId }: Received,
  body: Extract<Body, { type: "resend" }>,
): Promise<void> {
  const contact = await getContact(work, contactId);
  if (!isAnswered(contact)) return;
  for (const envelope of body.envelopes) {
    const rowId = await core.records.blind(SENT.table, toHex(envelope));
    const sent = await work.get(SENT, rowId);
    if (sent?.contact !== contactId || sent.account !== contact.account) continue;
    // What answers can be asked for again like any other: for ever, but not often.
    if (!core.mayAnswerUnseen(contactId)) return;
    // Once per envelope.
    work.remove(SENT.table, rowId);
    const message = await work.get(MESSAGE, await core.messageRowId(contactId, nameOfText("me", sent.message)));
    await enqueue(
      core,
      work,
      contactId,
      message?.kind === "text"
        ? {
            message: message.id,
            atMs: message.atMs,
            body: toBody(message),
            resendOf: envelope,
          }
        : { message: core.newMessageId(), body: { type: "hello" }, resendOf: envelope },
    );
  }
}
