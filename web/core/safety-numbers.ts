import type { Bytes } from "@tacit/shared/bytes";
import { keyInQuestion, verifyKey } from "./contacts.ts";
import type { Core } from "./core.ts";
import { CONTACT } from "./kinds.ts";
import type { SafetyNumber } from "./ports/keyholder.ts";
import type { ContactId } from "./views.ts";

/** Of a contact's key, or of the one that is in question. Throws a `RangeError` where there is no such contact. */
export async function safetyNumber(core: Core, contact: ContactId): Promise<SafetyNumber> {
  const { account, identityKey } = keyInQuestion(known(core, contact));
  return core.ports.keyholder.safetyNumber(account, identityKey);
}

/** Marks the contact verified if what was scanned from their screen is the other half of ours. */
export async function checkScannedNumber(core: Core, contact: ContactId, scanned: Bytes): Promise<boolean> {
  const { account, identityKey } = keyInQuestion(known(core, contact));
  const isSame = await core.ports.keyholder.compareSafetyNumber(account, identityKey, scanned);
  return isSame && verifyKey(core, contact, identityKey);
}

/** Marks the contact verified if the digits that the person compared are still those of their key. */
export async function confirmDigits(core: Core, contact: ContactId, digits: string): Promise<boolean> {
  const { account, identityKey } = keyInQuestion(known(core, contact));
  const shown = await core.ports.keyholder.safetyNumber(account, identityKey);
  return shown.digits === digits && verifyKey(core, contact, identityKey);
}

function known(core: Core, contact: ContactId) {
  const stored = core.records.held(CONTACT, contact);
  if (stored === undefined) throw new RangeError("no such contact");
  return stored.value;
}
