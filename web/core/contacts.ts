import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKey, MessageId } from "@tacit/shared/ids";
import { MAX_NAME_CHARACTERS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { Card } from "@tacit/shared/wire/card";
import { readCard } from "./cards.ts";
import type { AddRefusal } from "./client-api.ts";
import { addNotice, getContact, isAnswered, nameOfText, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { isNobodys } from "./fetching.ts";
import { dropFile } from "./files/file-rows.ts";
import { hashOfKey, newDeliveryKey, revokeKey, takeKey } from "./key-pool.ts";
import { type Contact, FILE, MESSAGE } from "./kinds.ts";
import { CARDS, CLAIMS, KEY_POOL, META, type OwnCard } from "./meta-kinds.ts";
import { dropJobs, type Outbox, readdressJobs } from "./outbox.ts";
import { enqueue, newJob } from "./queueing.ts";
import { giveAnotherKey } from "./rekeying.ts";
import type { ContactId, DirectChoice } from "./views.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

export const MAX_CLAIMS = 64;

type Contacts = readonly (readonly [ContactId, Contact])[];

/**
 * Adds the person behind a link and says hello, so that they see a request. A one-time card is claimed first: the key
 * that we choose takes its place at the relay. docs/PROTOCOL.md §6.
 */
export async function addContact(
  core: Core,
  outbox: Outbox,
  link: string,
  by: "link" | "qr",
): Promise<Result<ContactId, AddRefusal>> {
  const read = readCard(link, core.clocks.earliestMs());
  if (!read.ok) return read;
  const card = read.value;
  if (card.account === core.account.account) return refused("own");
  if (card.relay !== core.account.relay) return refused("other-relay");
  const known = core.contactOf(card.account);
  if (known !== undefined) return knowAgain(core, outbox, known, card, by);
  const key = await claimKey(core, card);
  if (!key.ok) return key;
  const id = await core.change((work) => invite(core, work, card, key.value, by));
  outbox.wake(id);
  return ok(id);
}

/**
 * Somebody who is a contact already: a request becomes accepted, a scanned code verifies, and where we cannot reach them
 * by what we have, the new card is the way.
 */
async function knowAgain(
  core: Core,
  outbox: Outbox,
  id: ContactId,
  card: Card,
  by: "link" | "qr",
): Promise<Result<ContactId, AddRefusal>> {
  const contact = core.contact(id);
  if (contact === undefined) throw new Error("no such contact");
  if (contact.status === "request" || contact.status === "ignored") await accept(core, outbox, id);
  if (contact.status === "invited" || contact.isGone === true) {
    const key = await claimKey(core, card);
    if (!key.ok) return key;
    await core.change(async (work) => {
      const current = await getContact(work, id);
      const reached = { sendKey: key.value, provenKey: undefined, isGone: undefined, ...cameBy(card) };
      putContact(work, id, { ...current, ...reached, needsSession: true, isIntroduced: false });
      await enqueue(core, work, id, newJob(core, { type: "hello" }));
    });
  } else if (card.proof !== undefined && contact.status !== "blocked") await proveScan(core, outbox, id, card);
  if (by === "qr" && equalBytes(contact.identityKey, card.identityKey)) await setVerified(core, id, true);
  return ok(id);
}

/** Tells somebody who knows us that we have seen the QR code that they show. */
async function proveScan(core: Core, outbox: Outbox, id: ContactId, card: Card): Promise<void> {
  await core.change(async (work) => {
    putContact(work, id, { ...(await getContact(work, id)), ...cameBy(card), isIntroduced: false });
    await enqueue(core, work, id, newJob(core, { type: "hello" }));
  });
  outbox.wake(id);
}

function cameBy({ key, proof }: Card): Pick<Contact, "cardKey" | "cardProof"> {
  return { cardKey: key, cardProof: proof };
}

/** The key to post with: the card's own, or for a one-time card a fresh one that takes its place. */
async function claimKey(core: Core, card: Card): Promise<Result<DeliveryKey, AddRefusal>> {
  if (!card.isOnce) return (await isRevoked(core, card)) ? refused("revoked") : ok(card.key);
  const fresh = await core.change((work) => keyForClaim(core, work, card.key));
  const answer = await core.ports.relay.claim({ card: card.key, claimant: hashOfKey(fresh) });
  if (!answer.ok) return refused("unreachable");
  switch (answer.value.status) {
    case "ok":
      return ok(fresh);
    case "reusable":
      return ok(card.key);
    case "claimed":
      return refused("used");
    case "unknown-key":
      return refused("revoked");
    case "malformed":
      return refused("malformed");
    case "retry":
      return refused("unreachable");
  }
}

/** So that the person hears it now: where nobody answers, the first message finds out. */
async function isRevoked(core: Core, card: Card): Promise<boolean> {
  const claimant = hashOfKey(newDeliveryKey(core.ports.random));
  const answer = await core.ports.relay.claim({ card: card.key, claimant });
  return answer.ok && answer.value.status === "unknown-key";
}

/** The same key for the same card, durably: a claim whose answer was lost can be made again. */
async function keyForClaim(core: Core, work: Work, card: DeliveryKey): Promise<DeliveryKey> {
  const claims = (await work.get(CLAIMS, META.claims))?.claims ?? [];
  const before = claims.find((claim) => equalBytes(claim.card, card));
  if (before !== undefined) return before.key;
  const key = newDeliveryKey(core.ports.random);
  work.put(CLAIMS, META.claims, { claims: [{ card, key }, ...claims].slice(0, MAX_CLAIMS) });
  return key;
}

async function invite(core: Core, work: Work, card: Card, key: DeliveryKey, by: "link" | "qr"): Promise<ContactId> {
  // They may have become a contact while the card was claimed.
  const known = core.contactOf(card.account);
  if (known !== undefined) return known;
  const pool = await work.get(KEY_POOL, META.keyPool);
  if (pool === undefined) throw new Error("the client is not open");
  const id = core.newId();
  const taken = takeKey(pool, "contact", id, core.ports.random);
  work.put(KEY_POOL, META.keyPool, taken.pool);
  const contact: Contact = {
    account: card.account,
    relay: card.relay,
    identityKey: card.identityKey,
    ownName: card.name,
    status: "invited",
    origin: { by },
    addedAtMs: core.nowMs(),
    verifiedAtMs: by === "qr" ? core.nowMs() : undefined,
    sendKey: key,
    ...cameBy(card),
    ourKey: taken.key,
    isIntroduced: false,
    needsSession: true,
    theirRuns: [],
    unread: 0,
    owed: { delivered: [], read: [] },
    activeAtMs: core.nowMs(),
  };
  putContact(work, id, contact);
  await enqueue(core, work, id, newJob(core, { type: "hello" }));
  return id;
}

/** Makes a request a contact: they get a key of their own to post with, and the receipts that are due. */
export async function accept(core: Core, outbox: Outbox, id: ContactId): Promise<void> {
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    if (contact.status !== "request" && contact.status !== "ignored") return;
    putContact(work, id, { ...contact, status: "accepted" });
    await addNotice(core, work, id, "accepted");
    await enqueue(core, work, id, newJob(core, { type: "hello" }));
  });
  outbox.wake(id);
}

export async function ignore(core: Core, id: ContactId): Promise<void> {
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    if (contact.status === "request")
      putContact(work, id, { ...contact, status: "ignored", unread: 0, late: undefined });
  });
}

/** Their key is left out of the next set, so the relay refuses them; what they sent before is kept. */
export async function block(core: Core, id: ContactId): Promise<void> {
  await core.change(async (work) => {
    if ((await getContact(work, id)).status !== "blocked") await shutOut(core, work, id, core.contacts());
  });
}

/** Blocks somebody, in the unit of work of what says so. */
export async function shutOut(core: Core, work: Work, id: ContactId, all: Contacts): Promise<void> {
  const contact = await getContact(work, id);
  const pool = await work.get(KEY_POOL, META.keyPool);
  if (pool === undefined) return;
  let revoked = revokeKey(pool, contact.ourKey, core.ports.random);
  // Whoever came by a one-time card may still post with the key that took its place. Which card is their word only:
  // where it cannot be, or somebody else says the same, it is found out by what nobody admits to.
  const card = await ownOnceCard(work, id, contact, all);
  if (card !== undefined) revoked = revokeKey(revoked, card.key, core.ports.random);
  work.put(KEY_POOL, META.keyPool, revoked);
  await dropJobs(core, work, id);
  const isUnaccounted = card === undefined && contact.origin.by !== "link" && contact.origin.by !== "qr";
  putContact(work, id, {
    ...(await getContact(work, id)),
    status: "blocked",
    unread: 0,
    late: undefined,
    owed: { delivered: [], read: [] },
    theirRuns: undefined,
    isUnaccounted,
  });
}

/** The one-time card that a contact came by, if nobody else claims to have. */
async function ownOnceCard(
  work: Work,
  id: ContactId,
  { cardId }: Contact,
  all: Contacts,
): Promise<OwnCard | undefined> {
  const isShared = all.some(([other, contact]) => other !== id && contact.cardId === cardId);
  const cards = (await work.get(CARDS, META.cards))?.cards ?? [];
  return isShared ? undefined : cards.find((card) => card.isOnce && card.id === cardId);
}

/** They get a new key with a hello, and the files that were to move go on. */
export async function unblock(core: Core, outbox: Outbox, id: ContactId): Promise<void> {
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    if (contact.status !== "blocked") return;
    await giveAnotherKey(core, work, id, { ...contact, status: "accepted", isUnaccounted: undefined });
    work.afterwards(() => {
      for (const { id: shelf, value } of core.records.allHeld(FILE)) if (value.contact === id) core.onFile?.(shelf);
    });
  });
  outbox.wake(id);
}

/** For this contact alone: may they connect directly and learn our address? */
export async function setDirect(core: Core, id: ContactId, choice: DirectChoice): Promise<void> {
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    putContact(work, id, { ...contact, direct: choice === "default" ? undefined : choice });
  });
}

export async function renameContact(core: Core, id: ContactId, name: string): Promise<void> {
  const trimmed = name.trim().slice(0, MAX_NAME_CHARACTERS);
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    putContact(work, id, { ...contact, name: trimmed === "" || trimmed === contact.ownName ? undefined : trimmed });
  });
}

export async function setVerified(core: Core, id: ContactId, isVerified: boolean): Promise<void> {
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    if ((contact.verifiedAtMs !== undefined) === isVerified) return;
    putContact(work, id, { ...contact, verifiedAtMs: isVerified ? core.nowMs() : undefined });
    await addNotice(core, work, id, isVerified ? "verified" : "unverified");
  });
}

/** Asks the relay once more for the key that we know. */
export async function tryAgain(core: Core, outbox: Outbox, id: ContactId): Promise<void> {
  await core.change(async (work) => {
    const contact = await getContact(work, id);
    if (contact.hold !== undefined) putContact(work, id, { ...contact, hold: undefined });
  });
  outbox.wake(id);
}

/**
 * Goes on with the key that made us hold: from now on this contact is the holder of the new key, unverified. What waits
 * in the outbox is encrypted to them. `onlyIf`: the key that the person decided about; another one changes nothing.
 * Answers whether the contact has that key now.
 */
export async function acceptNewKey(core: Core, id: ContactId, onlyIf?: Bytes | undefined): Promise<boolean> {
  return core.change((work) => takeNewKey(core, work, id, onlyIf));
}

async function takeNewKey(core: Core, work: Work, id: ContactId, onlyIf: Bytes | undefined): Promise<boolean> {
  const contact = await getContact(work, id);
  const { identityKey, account } = keyInQuestion(contact);
  if (onlyIf !== undefined && !equalBytes(identityKey, onlyIf)) return false;
  if (contact.hold === undefined) return true;
  if (!isNobodys(core, identityKey)) return false;
  // What the card of the one before said is not for whoever has another key: its proof would make them verified there.
  const card = { cardKey: undefined, cardProof: undefined, ourRun: undefined, theirRuns: undefined };
  // Nor is what we owe the one before, or what they told of their recovery vault.
  const past = { owed: { delivered: [], read: [] }, vaultVersion: undefined, resendsAskedAtMs: undefined };
  const fresh = { hold: undefined, list: undefined, verifiedAtMs: undefined, provenKey: undefined, ...card, ...past };
  putContact(work, id, { ...contact, ...fresh, identityKey, account, needsSession: true, isIntroduced: false });
  await readdressJobs(core, work, id);
  await addNotice(core, work, id, "key-accepted");
  work.afterwards(() => core.onQueued?.(id));
  return true;
}

/** Marks a contact verified by the very key that was compared; answers false where it is another one by now. */
export async function verifyKey(core: Core, id: ContactId, compared: Bytes): Promise<boolean> {
  return core.change(async (work) => {
    if (!(await takeNewKey(core, work, id, compared))) return false;
    const contact = await getContact(work, id);
    if (contact.verifiedAtMs !== undefined) return true;
    putContact(work, id, { ...contact, verifiedAtMs: core.nowMs() });
    await addNotice(core, work, id, "verified");
    return true;
  });
}

/** Removes a text of ours that failed or expired from this device. */
export async function discard(core: Core, id: ContactId, message: MessageId): Promise<void> {
  await core.change(async (work) => {
    const rowId = await core.messageRowId(id, nameOfText("me", message));
    const row = await work.get(MESSAGE, rowId);
    if (row?.kind !== "text" || (row.mark !== "failed" && row.mark !== "expired")) return;
    work.remove(MESSAGE.table, rowId);
    work.touch(TOPIC.messages(id));
    if (row.file !== undefined) dropFile(core, work, row.file.shelf);
    const contact = await getContact(work, id);
    if (contact.last?.id === message) putContact(work, id, { ...contact, last: undefined });
  });
}

/** The key that a safety number is about: while a contact is held, the one that the person decides about. */
export function keyInQuestion({ account, identityKey, hold }: Contact): {
  readonly account: AccountId;
  readonly identityKey: Bytes;
} {
  if (hold === undefined) return { account, identityKey };
  return { account: accountIdOf(hold.identityKey), identityKey: hold.identityKey };
}

/** Tells everybody who answers us what has changed about us, with a Content that says nothing else. */
export async function introduceAgain(core: Core, work: Work): Promise<void> {
  for (const [id] of core.contacts()) {
    const contact = await getContact(work, id);
    if (!isAnswered(contact)) continue;
    putContact(work, id, { ...contact, isIntroduced: false });
    await enqueue(core, work, id, newJob(core, { type: "hello" }));
  }
}
