import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { decode } from "@tacit/shared/codec";
import type { DeliveryKey } from "@tacit/shared/ids";
import { Bundle, type DeviceBundle } from "@tacit/shared/wire/prekeys";
import { addNotice, getContact, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { claimedIdentityKey, hasOtherDevices, readDeviceList } from "./device-list.ts";
import { sessionRowId } from "./encrypting.ts";
import type { Contact } from "./kinds.ts";
import { replaceDevices } from "./resending.ts";
import type { ContactId, SendFailure } from "./views.ts";
import type { Work } from "./work.ts";

export type Fetched =
  | { readonly outcome: "ok" | "later" | "held" }
  | { readonly outcome: "failed"; readonly failure: SendFailure };

/**
 * Fetches a contact's prekey bundle and starts a session with each device that is on their signed list. Another
 * identity key than the contact's holds everything until the person decides. docs/PROTOCOL.md §4.
 */
export async function fetchSession(core: Core, contactId: ContactId): Promise<Fetched> {
  const before = core.contact(contactId);
  const sendKey = before?.sendKey;
  if (sendKey === undefined) return { outcome: "held" };
  // The same nonce until an answer came: a lost answer does not cost the contact another one-time prekey.
  const nonce = core.bundleNonces.get(contactId) ?? core.ports.random(16);
  core.bundleNonces.set(contactId, nonce);
  const answer = await core.ports.relay.bundle({ key: sendKey, nonce });
  if (!answer.ok) return { outcome: "later" };
  core.bundleNonces.delete(contactId);
  switch (answer.value.status) {
    case "ok":
      break;
    case "unknown-key":
      return { outcome: "failed", failure: "gone" };
    case "claimed":
      return { outcome: "failed", failure: "used-card" };
    case "malformed":
      return { outcome: "failed", failure: "refused" };
    case "budget":
    case "retry":
      return { outcome: "later" };
  }
  const decoded = decode(answer.value.bundle, 64 * 1024);
  const bundle = decoded.ok ? Bundle.safeParse(decoded.value) : undefined;
  if (!bundle?.success) return { outcome: "later" };
  return core.change((work) => useBundle(core, work, contactId, sendKey, bundle.data));
}

async function useBundle(
  core: Core,
  work: Work,
  contactId: ContactId,
  usedKey: DeliveryKey,
  bundle: Bundle,
): Promise<Fetched> {
  const contact = await getContact(work, contactId);
  const { identityKey, list: known } = contact;
  const read = await readDeviceList(core.ports.keyholder, bundle.list, {
    identityKey,
    known,
    nowMs: core.clocks.latestMs(),
  });
  if (!read.ok && read.reason === "other-key") return hold(core, work, contactId, contact, usedKey, bundle);
  if (!read.ok) return { outcome: "later" };
  for (const { deviceId, registrationId } of read.value.devices) {
    const device = bundle.devices.find((one) => one.deviceId === deviceId && one.registrationId === registrationId);
    if (device === undefined) return { outcome: "later" };
    const isStarted = await startSession(core, work, contact, device);
    if (!isStarted) return { outcome: "later" };
  }
  putContact(work, contactId, { ...contact, list: read.value, needsSession: false, provenKey: usedKey });
  if (hasOtherDevices(known, read.value)) await replaceDevices(core, work, contactId);
  return { outcome: "ok" };
}

async function startSession(core: Core, work: Work, contact: Contact, bundle: DeviceBundle): Promise<boolean> {
  const session = await core.ports.keyholder.startSession({
    remote: { accountId: contact.account, deviceId: bundle.deviceId },
    identityKey: contact.identityKey,
    bundle,
    session: await core.ports.store.get("sessions", await sessionRowId(core, contact, bundle.deviceId)),
    nowMs: core.clocks.latestMs(),
  });
  if (session.ok) work.putRow(session.value);
  return session.ok;
}

/**
 * Somebody, perhaps the relay, answers for this contact with another key. Nothing is sent to it. A key that belongs to us
 * or to another contact is nobody's new key but a wrong answer, and so is one behind a delivery key that the contact
 * claimed where an older one still leads to them.
 */
async function hold(
  core: Core,
  work: Work,
  id: ContactId,
  contact: Contact,
  usedKey: DeliveryKey,
  bundle: Bundle,
): Promise<Fetched> {
  const identityKey = claimedIdentityKey(bundle.list);
  if (identityKey === undefined || !isNobodys(core, identityKey)) return { outcome: "later" };
  const { provenKey } = contact;
  if (provenKey !== undefined && !equalBytes(provenKey, usedKey)) {
    putContact(work, id, { ...contact, sendKey: provenKey });
    return { outcome: "later" };
  }
  // The first such key stays what the person decides about.
  if (contact.hold === undefined) {
    putContact(work, id, { ...contact, hold: { identityKey, atMs: core.nowMs() } });
    await addNotice(core, work, id, "key-changed");
  }
  return { outcome: "held" };
}

/** Whether an identity key belongs neither to us nor to any contact. */
export function isNobodys(core: Core, identityKey: Bytes): boolean {
  const account = accountIdOf(identityKey);
  return account !== core.account.account && core.contactOf(account) === undefined;
}
