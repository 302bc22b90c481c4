import { sha256 } from "@tacit/crypto/digest";
import { equalBytes, toHex } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { MINUTE_MS } from "@tacit/shared/limits";
import { type Content, decodeContent, type NewerContent } from "@tacit/shared/wire/content";
import type { Envelope, Lane } from "@tacit/shared/wire/envelopes";
import { isMessage } from "./conversations.ts";
import type { Core } from "./core.ts";
import { isDamaged } from "./damage.ts";
import { sessionRowId } from "./encrypting.ts";
import { receiveFile } from "./files/receive-file.ts";
import { CONTACT, REPLAY, SEEN } from "./kinds.ts";
import { META, PREKEY_BOOK } from "./meta-kinds.ts";
import type { OpenedEnvelope, UsedPreKeys } from "./ports/keyholder.ts";
import type { Row } from "./ports/store.ts";
import { receiveHello, receiveNewer, receivePlace, receiveText } from "./receive-message.ts";
import { receiveReceipt, receiveTyping } from "./receive-receipt.ts";
import { receiveResend } from "./receive-resend.ts";
import { meetStranger, updateSender } from "./receive-sender.ts";
import { recordUnreadable } from "./receive-unreadable.ts";
import type { Received } from "./received.ts";
import type { ContactId, MessagePath } from "./views.ts";
import type { Work } from "./work.ts";

/** The link that an envelope came over, instead of the mailbox. */
export type Via = { readonly contact: ContactId; readonly device: DeviceId; readonly path: MessagePath };

/**
 * Takes in one envelope: decrypts it, applies what it says, and commits both together. When this resolves the envelope
 * may be collected, readable or not: a permanent failure is a record of its own and never blocks the queue. It rejects
 * only when the device cannot store. docs/PROTOCOL.md §5.
 */
export async function receive(core: Core, envelope: Envelope, via?: Via | undefined): Promise<void> {
  await core.change((work) => open(core, work, envelope, via));
}

async function open(core: Core, work: Work, envelope: Envelope, via: Via | undefined): Promise<void> {
  const { keyholder } = core.ports;
  const bytes = await rememberedAs(core, "envelope", envelope);
  if (bytes !== undefined && (await work.get(SEEN, bytes)) !== undefined) return;
  const opened = await keyholder.openEnvelope(envelope.sealed, core.clocks.earliestMs());
  if (!opened.ok) return;
  const { sender, senderIdentityKey } = opened.value;
  const known = core.contactOf(sender.accountId);
  // It may be of somebody whom we know and cannot read.
  if (known === undefined && isDamaged(core)) throw new Error("rows of this device are damaged");
  const contact = known === undefined ? undefined : await work.get(CONTACT, known);
  if (contact?.status === "blocked") return;

  const decrypted = await keyholder.decrypt({
    opened: opened.value,
    session: await core.ports.store.get(
      "sessions",
      await sessionRowId(core, { account: sender.accountId }, sender.deviceId),
    ),
    preKeys: await preKeyRows(core, opened.value),
    isTrusted: contact === undefined || equalBytes(contact.identityKey, senderIdentityKey),
  });
  if (!decrypted.ok) {
    const isOver = decrypted.reason === "duplicate" || decrypted.reason === "replayed";
    if (isOver) remember(core, work, bytes);
    if (isOver || known === undefined) return;
    // Once for the same bytes, and they may come again when they can be read.
    const said = await rememberedAs(core, "unreadable", envelope);
    if (said === undefined || (await work.get(SEEN, said)) !== undefined) return;
    remember(core, work, said);
    return recordUnreadable(core, work, known, envelope);
  }
  const { used, session, content: plaintext } = decrypted.value;
  const use = used && (await nameOfUse(core, used));
  if (use !== undefined && (await work.get(REPLAY, use)) !== undefined) return;
  const takeStep = () => {
    remember(core, work, bytes);
    work.putRow(session);
    if (used !== undefined) useUp(core, work, used);
    if (use !== undefined) work.put(REPLAY, use, { atMs: core.nowMs() }, { order: core.clocks.latestDay() });
  };

  const content = decodeContent(plaintext);
  if (!content.ok) {
    // An authenticated peer sent nonsense: the step is taken, so that what follows can be read.
    takeStep();
    if (known !== undefined) await recordUnreadable(core, work, known, envelope);
    return;
  }
  const contactId = known ?? (await meetStranger(core, work, opened.value, content.value));
  if (contactId === undefined) return;
  takeStep();
  const standing = known === undefined ? "counts" : await updateSender(core, work, known, opened.value, content.value);
  if (known !== undefined && standing !== "counts") {
    return recordUnreadable(core, work, known, envelope, standing === "unlisted" ? "once listed" : "never");
  }
  // An envelope of somebody else, passed on by whoever the link is with, did not come directly.
  const isTheirs = via?.contact === contactId && via.device === sender.deviceId;
  const path = isTheirs ? via.path : "relay";
  return apply(core, work, { contactId, device: sender.deviceId, envelope, path }, content.value);
}

/** Each type has one allowed lane and one author rule; what breaks it is dropped. */
async function apply(core: Core, work: Work, from: Received, content: Content | NewerContent): Promise<void> {
  const { body } = content;
  if (core.nowMs() - content.sentAtMs < MINUTE_MS)
    work.afterwards(() => core.onSeen?.(from.contactId, body.type !== "newer" && isMessage(body)));
  const { lane } = from.envelope;
  if (lane !== laneOf(body)) return;
  const order = lane === "durable" ? await receivePlace(core, work, from.contactId, content) : undefined;
  const received = { ...from, order };
  switch (body.type) {
    case "text":
      await receiveText(core, work, received, content, { text: body.text, replyTo: body.replyTo });
      return;
    case "file":
      return receiveFile(core, work, received, content, body);
    case "newer":
      return receiveNewer(core, work, received, content as NewerContent);
    case "receipt":
      return receiveReceipt(core, work, received, body);
    case "typing":
      return receiveTyping(core, work, received, body);
    case "resend":
      return receiveResend(core, work, received, body);
    case "missing":
      return core.onMissing?.(work, received, body);
    case "hello":
      return receiveHello(core, work, received, content);
    case "call":
      return core.onCall?.(work, received, content, body);
    case "link":
      return core.onLink?.(work, received, body);
    default:
      return body satisfies never;
  }
}

/** docs/PROTOCOL.md §5.3. */
function laneOf(body: (Content | NewerContent)["body"]): Lane {
  switch (body.type) {
    case "typing":
    case "link":
      return "live";
    case "call":
      return body.step.do === "ring" ? "ring" : body.step.do === "end" ? "durable" : "live";
    default:
      return "durable";
  }
}

/**
 * The row that remembers these very bytes, under whatever envelope id they come again: a relay that replays, or a
 * collection that was lost. Written with what makes them unreadable for ever, and never before.
 */
async function rememberedAs(
  core: Core,
  what: "envelope" | "unreadable",
  { lane, sealed }: Envelope,
): Promise<string | undefined> {
  return lane === "durable" ? core.records.blind(SEEN.table, `${what} ${toHex(sha256(sealed))}`) : undefined;
}

function remember(core: Core, work: Work, rowId: string | undefined): void {
  if (rowId !== undefined) work.put(SEEN, rowId, { atMs: core.nowMs() }, { order: core.clocks.latestDay() });
}

async function preKeyRows(core: Core, { needs }: OpenedEnvelope): Promise<readonly Row[]> {
  if (needs === undefined) return [];
  const ids = [`signed:${needs.signed}`, `kyber:${needs.kyber}`];
  if (needs.oneTime !== undefined) ids.push(`ec:${needs.oneTime}`);
  const rows = await Promise.all(ids.map((id) => core.ports.store.get("prekeys", id)));
  return rows.filter((row) => row !== undefined);
}

/** The row that remembers how a last-resort prekey was used: in the very same way it answers once. */
async function nameOfUse(core: Core, used: UsedPreKeys): Promise<string | undefined> {
  return isLastResort(core, used) ? core.records.blind(REPLAY.table, used.replay) : undefined;
}

/** Deletes one-time prekeys with the step that used them. */
function useUp(core: Core, work: Work, used: UsedPreKeys): void {
  if (used.oneTime !== undefined) work.remove("prekeys", `ec:${used.oneTime}`);
  if (!isLastResort(core, used)) work.remove("prekeys", `kyber:${used.kyber}`);
}

function isLastResort(core: Core, { kyber }: UsedPreKeys): boolean {
  return core.records.held(PREKEY_BOOK, META.preKeyBook)?.value.lastResort.some(({ id }) => id === kyber) ?? false;
}
