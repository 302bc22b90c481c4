import { sha256 } from "@tacit/crypto/digest";
import { equalBytes } from "@tacit/shared/bytes";
import { toView } from "./cards.ts";
import { nameOfText } from "./conversations.ts";
import type { Core } from "./core.ts";
import { isDamaged } from "./damage.ts";
import { showFile } from "./files/show-file.ts";
import { type Contact, DRAFT, JOB, MESSAGE, type Message } from "./kinds.ts";
import { ACCOUNT, CARDS, META, RECOVERY_STATE, SETTINGS } from "./meta-kinds.ts";
import { isRead, type Stored, type Unread } from "./records.ts";
import { writeContents } from "./recovery-vault.ts";
import { passkeyOf, readVaultRow } from "./vault-row.ts";
import {
  type CardView,
  type Connection,
  type ContactDetails,
  type ContactId,
  type ConversationRow,
  DEFAULT_SETTINGS,
  type Me,
  type MessagePage,
  type MessageRow,
  type Query,
  type RecoveryView,
  type ValueOf,
} from "./views.ts";
import { TOPIC } from "./watching.ts";

/** Which changes make a query's answer another one. */
export function topicsOf(query: Query): readonly string[] {
  switch (query.view) {
    case "phase":
    case "me":
    case "settings":
    case "cards":
    case "recovery":
    case "storage":
      return [TOPIC[query.view], TOPIC.phase];
    case "call":
      // With whom, and whether they are verified.
      return [TOPIC.call, TOPIC.conversations, TOPIC.phase];
    case "connection":
      return [TOPIC.connection, TOPIC.phase];
    case "conversations":
      return [TOPIC.conversations, TOPIC.phase];
    case "contact":
      return [TOPIC.contact(query.contact), TOPIC.phase];
    case "messages":
      return [TOPIC.messages(query.contact), TOPIC.phase];
  }
}

/** Reads what a query shows. While the client is not open there is nothing to show, and that is what it answers. */
export async function read(core: Core, query: Query): Promise<ValueOf<Query>> {
  switch (query.view) {
    case "phase":
      return core.phase;
    case "connection":
      return showConnection(core);
    case "me":
      return showMe(core);
    case "settings":
      return core.records.held(SETTINGS, META.settings)?.value ?? DEFAULT_SETTINGS;
    case "conversations":
      return showConversations(core);
    case "contact":
      return showContact(core, query.contact);
    case "messages":
      return isOpen(core) ? showMessages(core, query) : NO_MESSAGES;
    case "cards":
      return showCards(core);
    case "call":
      return core.showCall?.();
    case "recovery":
      return showRecovery(core);
    case "storage":
      return isOpen(core) ? core.showStorage() : undefined;
  }
}

const NO_MESSAGES: MessagePage = { rows: [], hasMore: false, firstUnread: undefined };

function isOpen(core: Core): boolean {
  return core.records.held(ACCOUNT, META.account) !== undefined;
}

async function showConnection(core: Core): Promise<Connection> {
  const waiting = isOpen(core) ? await core.ports.store.count(JOB.table) : 0;
  return { state: core.connection, waiting, clockAheadMs: core.clocks.aheadMs };
}

async function showMe(core: Core): Promise<Me | undefined> {
  if (!isOpen(core)) return undefined;
  const { name, login, account, relay } = core.account;
  const vault = await readVaultRow(core.ports.store);
  const [isKept, passkey] = [vault?.isKept ?? false, vault && passkeyOf(vault)];
  return { name, login, account, relay, isKept, passkey };
}

function showConversations(core: Core): readonly ConversationRow[] {
  return core
    .contacts()
    .map(([id, contact]) => toConversationRow(core, id, contact))
    .sort((a, b) => b.activeAtMs - a.activeAtMs);
}

function toConversationRow(core: Core, id: ContactId, contact: Contact): ConversationRow {
  const { status, unread, activeAtMs, verifiedAtMs, hold, last } = contact;
  return {
    contact: id,
    name: nameOf(contact),
    status,
    isVerified: verifiedAtMs !== undefined,
    isHeld: hold !== undefined,
    unread,
    draft: core.records.held(DRAFT, id)?.value.text,
    isTyping: core.typing.has(id),
    last: last && {
      text: last.text,
      file: last.file,
      kind: last.kind,
      atMs: last.atMs,
      isMine: last.isMine,
      mark: last.mark,
      call: last.call,
    },
    activeAtMs,
  };
}

function showContact(core: Core, id: ContactId): ContactDetails | undefined {
  const contact = core.contact(id);
  if (contact === undefined) return undefined;
  const { ownName, account, relay, status, origin, verifiedAtMs, hold, addedAtMs, direct } = contact;
  return {
    contact: id,
    name: nameOf(contact),
    ownName,
    account,
    relay,
    status,
    origin,
    verifiedAtMs,
    hold: hold && { atMs: hold.atMs, wasVerified: verifiedAtMs !== undefined },
    addedAtMs,
    direct: direct ?? "default",
    link: core.carrier.show(id),
    isTyping: core.typing.has(id),
    draft: core.records.held(DRAFT, id)?.value.text ?? "",
  };
}

function nameOf({ name, ownName }: Contact): string {
  return name ?? ownName;
}

function showRecovery(core: Core): RecoveryView | undefined {
  const state = core.records.held(RECOVERY_STATE, META.recoveryState)?.value;
  if (state === undefined) return undefined;
  const { isConfirmed, savedAtMs, digest, isOlder = false } = state;
  const isBehind = digest === undefined || isDamaged(core) || !equalBytes(digest, sha256(writeContents(core)));
  return { isConfirmed, savedAtMs, isOlder, isBehind };
}

function showCards(core: Core): readonly CardView[] {
  if (!isOpen(core)) return [];
  return (core.records.held(CARDS, META.cards)?.value.cards ?? []).map((card) => toView(core, card));
}

async function showMessages(
  core: Core,
  { contact, limit, until }: Extract<Query, { readonly view: "messages" }>,
): Promise<MessagePage> {
  const index = await core.conversationIndex(contact);
  const end = until === undefined ? undefined : (await core.ports.store.get(MESSAGE.table, until))?.order;
  const before = end === undefined ? undefined : end + 1;
  const newest = await core.records.listAll(MESSAGE, { index, before, descending: true, limit: limit + 1 });
  const shown = newest.slice(0, limit).reverse();
  const rows: MessageRow[] = [];
  for (const [at, stored] of shown.entries()) {
    rows.push(
      isRead(stored) ? await toMessageRow(core, contact, stored) : toDamagedRow(stored, rows.at(-1), shown.slice(at)),
    );
  }
  return { rows, hasMore: newest.length > limit, firstUnread: core.opened.get(contact)?.firstUnread };
}

/** When it was written lies in it: it is shown with the time of the one before, or of the next. */
function toDamagedRow(
  { id }: Unread,
  before: MessageRow | undefined,
  after: readonly (Stored<Message> | Unread)[],
): MessageRow {
  const atMs = before?.atMs ?? after.find(isRead)?.value.atMs ?? 0;
  return { kind: "damaged", key: id, atMs };
}

async function toMessageRow(core: Core, contact: ContactId, { id: key, value }: Stored<Message>): Promise<MessageRow> {
  switch (value.kind) {
    case "text": {
      const { id, isMine, text, atMs, mark, failure, deliveredAtMs, readAtMs, path } = value;
      const file = value.file && showFile(core, value.file);
      const replyTo = await showQuote(core, contact, value.replyTo);
      const wayKnown = isMine && mark === "waiting" ? undefined : (path ?? "relay");
      return {
        kind: "text",
        key,
        id,
        isMine,
        text,
        file,
        atMs,
        replyTo,
        mark,
        failure,
        deliveredAtMs,
        readAtMs,
        path: wayKnown,
      };
    }
    case "unreadable":
      return { kind: "unreadable", key, atMs: value.atMs, isAsked: value.isAsked };
    case "missing":
      return { kind: "missing", key, atMs: value.atMs, count: value.count };
    case "newer":
      return { kind: "newer", key, atMs: value.atMs };
    case "call": {
      const { atMs, isMine, isVideo, outcome, durationMs, times = 1 } = value;
      return { kind: "call", key, atMs, isMine, isVideo, outcome, durationMs, times };
    }
    case "notice":
      return { kind: "notice", key, atMs: value.atMs, notice: value.notice };
  }
}

const QUOTE_CHARACTERS = 200;

/** The message that is answered, whoever of the two wrote it; nothing where it is not on this device. */
async function showQuote(core: Core, contact: ContactId, id: Extract<Message, { kind: "text" }>["replyTo"]) {
  if (id === undefined) return undefined;
  for (const author of ["me", "them"] as const) {
    const stored = await core.records.get(MESSAGE, await core.messageRowId(contact, nameOfText(author, id)));
    if (stored?.value.kind !== "text") continue;
    return {
      id,
      text: (stored.value.text || (stored.value.file?.name ?? "")).slice(0, QUOTE_CHARACTERS),
      isMine: author === "me",
    };
  }
  return undefined;
}
