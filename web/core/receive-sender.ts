import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { DAY_MS } from "@tacit/shared/limits";
import type { Content, Introduction, NewerContent } from "@tacit/shared/wire/content";
import { findOwnCard } from "./content.ts";
import { addNotice, getContact, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { hasOtherDevices, readDeviceList } from "./device-list.ts";
import { revokeKey, takeKey } from "./key-pool.ts";
import type { Contact } from "./kinds.ts";
import { CARDS, KEY_POOL, META, type OwnCard, RECOVERY_STATE } from "./meta-kinds.ts";
import type { OpenedEnvelope } from "./ports/keyholder.ts";
import { isAwareOfKey } from "./rekeying.ts";
import { replaceDevices } from "./resending.ts";
import type { ContactId, Origin } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

const MAX_REQUESTS = 200;
const BELIEVED_AFTER_RECOVERY_MS = 30 * DAY_MS;

/**
 * The first Content of somebody unknown: a request. It has to carry an introduction whose signed list holds the sending
 * device; without one there is no way to answer, and it is dropped. docs/PROTOCOL.md §6.3.
 */
export async function meetStranger(
  core: Core,
  work: Work,
  opened: OpenedEnvelope,
  content: Content | NewerContent,
): Promise<ContactId | undefined> {
  const { introduction } = content;
  if (introduction === undefined) return undefined;
  const requests = core.contacts().filter(([, { status }]) => status === "request" || status === "ignored");
  if (requests.length >= MAX_REQUESTS && !isAwaited(core, introduction)) return undefined;
  const list = await readDeviceList(core.ports.keyholder, introduction.list, {
    identityKey: opened.senderIdentityKey,
    nowMs: core.clocks.earliestMs(),
  });
  if (!list.ok || !list.value.devices.some(({ deviceId }) => deviceId === opened.sender.deviceId)) return undefined;
  if (!equalBytes(list.value.hash, content.list.hash)) return undefined;

  const pool = await work.get(KEY_POOL, META.keyPool);
  if (pool === undefined) throw new Error("the key pool is missing");
  const id = core.newId();
  const taken = takeKey(pool, "contact", id, core.ports.random);
  work.put(KEY_POOL, META.keyPool, taken.pool);
  const contact: Contact = {
    account: opened.sender.accountId,
    relay: introduction.relay,
    identityKey: opened.senderIdentityKey,
    ownName: introduction.name,
    status: "request",
    ...(await useCard(core, work, introduction)),
    addedAtMs: core.nowMs(),
    sendKey: introduction.key,
    ourKey: taken.key,
    list: list.value,
    isIntroduced: false,
    needsSession: false,
    theirRuns: [],
    unread: 0,
    owed: { delivered: [], read: [] },
    activeAtMs: core.nowMs(),
  };
  putContact(work, id, contact);
  return id;
}

/**
 * By which card of ours somebody came; a one-time card is used up with that. Whoever gives back what its QR code alone
 * says has seen it: verified, as one who was scanned. docs/PROTOCOL.md §6.3.
 */
async function useCard(
  core: Core,
  work: Work,
  { card: key, cardProof }: Introduction,
): Promise<{ readonly origin: Origin; readonly cardId?: string; readonly verifiedAtMs?: number }> {
  const card = findOwnCard(core, key);
  const cards = await work.get(CARDS, META.cards);
  if (card === undefined || cards === undefined) return { origin: { by: "unknown-card" } };
  if (card.isOnce) {
    // What its code says proves one scan, and nothing to whoever has it later.
    const used = cards.cards.map((one) => (one.id === card.id ? { ...one, isUsed: true, proof: undefined } : one));
    work.put(CARDS, META.cards, { cards: used });
    work.touch(TOPIC.cards);
  }
  const came = { by: "card", card: card.label } as const;
  return isProof(card, cardProof)
    ? { origin: { ...came, isScanned: true }, cardId: card.id, verifiedAtMs: core.nowMs() }
    : { origin: came, cardId: card.id };
}

/**
 * Somebody was given a card of their own: a crowd that came by another one does not keep them away. The relay may have said
 * already that it is used, by them; its proof goes with the first who names it.
 */
function isAwaited(core: Core, { card }: Introduction): boolean {
  const own = findOwnCard(core, card);
  return own?.isOnce === true && own.isOver !== true && (own.proof !== undefined || !own.isUsed);
}

function isProof({ isOver, proof }: OwnCard, said: Bytes | undefined): boolean {
  return isOver !== true && proof !== undefined && said !== undefined && equalBytes(proof, said);
}

/** Whether a Content counts: not from a device that is not on its account's signed list ("unlisted"), nor with a forked one. */
export type Standing = "counts" | "unlisted" | "dropped";

/** What any Content of a known contact tells about its sender: that ours arrived, a newer way to reach them, their name. */
export async function updateSender(
  core: Core,
  work: Work,
  id: ContactId,
  opened: OpenedEnvelope,
  content: Content | NewerContent,
): Promise<Standing> {
  const before = await getContact(work, id);
  const list = await readSenderList(core, before, opened, content);
  if (list === "dropped" || list === "unlisted") return list;
  const { introduction } = content;
  // A message that is no longer a first message shows that one of ours was decrypted.
  const isHeard = opened.kind === "whisper" && isAwareOfKey(before, content);
  const contact: Contact = {
    ...before,
    list,
    sendKey: introduction?.key ?? before.sendKey,
    vaultVersion: Math.max(before.vaultVersion ?? 0, content.vaultVersion ?? 0),
    ownName: introduction?.name ?? before.ownName,
    relay: introduction?.relay ?? before.relay,
    isIntroduced: before.isIntroduced || isHeard,
    unheard: isHeard ? undefined : before.unheard,
    status: before.status === "invited" ? "accepted" : before.status,
  };
  if (JSON.stringify(toComparable(contact)) !== JSON.stringify(toComparable(before))) putContact(work, id, contact);
  await noticeOlderVault(core, work, content);
  if (introduction?.cardProof !== undefined) await noticeScan(core, work, id, opened, introduction);
  if (before.status === "invited") await addNotice(core, work, id, "accepted");
  if (hasOtherDevices(before.list, contact.list)) await replaceDevices(core, work, id);
  return "counts";
}

/** Somebody we know has scanned a one-time card of ours. */
async function noticeScan(
  core: Core,
  work: Work,
  id: ContactId,
  { kind }: OpenedEnvelope,
  introduction: Introduction,
): Promise<void> {
  // An introduction comes again until it is answered: by then the proof is forgotten.
  if (findOwnCard(core, introduction.card)?.proof === undefined) return;
  const { verifiedAtMs } = await useCard(core, work, introduction);
  if (verifiedAtMs === undefined) return;
  // Whoever has a session with us needed no key for it, and claimed none: nobody else is to come by that card.
  const pool = kind === "whisper" ? await work.get(KEY_POOL, META.keyPool) : undefined;
  if (pool !== undefined && introduction.card !== undefined) {
    work.put(KEY_POOL, META.keyPool, revokeKey(pool, introduction.card, core.ports.random));
  }
  const contact = await getContact(work, id);
  if (contact.verifiedAtMs !== undefined) return;
  putContact(work, id, { ...contact, verifiedAtMs });
  await addNotice(core, work, id, "verified");
}

async function readSenderList(core: Core, contact: Contact, opened: OpenedEnvelope, content: Content | NewerContent) {
  const { introduction, list: said } = content;
  let { list } = contact;
  if (introduction !== undefined) {
    const { identityKey } = contact;
    const read = await readDeviceList(core.ports.keyholder, introduction.list, {
      identityKey,
      known: list,
      nowMs: core.clocks.earliestMs(),
    });
    if (read.ok) list = read.value;
    else if (read.reason === "forked" || read.reason === "other-key") return "dropped" as const;
  }
  if (list === undefined) return list;
  if (list.counter === said.counter && !equalBytes(list.hash, said.hash)) return "dropped" as const;
  if (!list.devices.some(({ deviceId }) => deviceId === opened.sender.deviceId)) return "unlisted" as const;
  return list;
}

function toComparable({ list, sendKey, ownName, relay, isIntroduced, status, vaultVersion }: Contact) {
  return {
    vaultVersion,
    counter: list?.counter,
    sendKey: sendKey && [...sendKey],
    ownName,
    relay,
    isIntroduced,
    status,
  };
}

/**
 * An empty browser cannot know that the relay gave it an old vault, but people who heard from a later one can. Only right
 * after a recovery is that believed: it is a claim of a contact. docs/PROTOCOL.md §2.5.
 */
async function noticeOlderVault(core: Core, work: Work, content: Content | NewerContent): Promise<void> {
  const state = await work.get(RECOVERY_STATE, META.recoveryState);
  const { recoveredAtMs, recoveredVersion = 0, savedFromVersion = Number.POSITIVE_INFINITY, isOlder } = state ?? {};
  if (state === undefined || recoveredAtMs === undefined || isOlder === true) return;
  if (core.nowMs() - recoveredAtMs > BELIEVED_AFTER_RECOVERY_MS) return;
  const saw = content.sawVaultVersion ?? 0;
  // What this device has saved since is later too, and no sign of anything.
  const isOurs = saw >= savedFromVersion && saw <= state.version;
  const isLater = (saw > recoveredVersion && !isOurs) || (content.sawListCounter ?? 0) > core.account.listCounter;
  if (!isLater) return;
  work.put(RECOVERY_STATE, META.recoveryState, { ...state, isOlder: true });
  work.touch(TOPIC.recovery);
}
