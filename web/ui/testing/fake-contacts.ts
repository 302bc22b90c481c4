import { equalBytes } from "@tacit/shared/bytes";
import type { Client } from "@tacit/web/core/client-api";
import type { ContactDetails, ContactId, MessageRow } from "@tacit/web/core/views";
import { notice, safetyNumberOf } from "./fake-story.ts";

type Stage = {
  readonly add: (contact: ContactId, row: MessageRow) => void;
  readonly change: (contact: ContactId, changes: Partial<ContactDetails>) => void;
  readonly soon: () => Promise<void>;
  readonly nowMs: () => number;
};

/** What is decided about people. */
export function fakeContacts({ add, change, soon, nowMs }: Stage) {
  return {
    async accept(contact) {
      add(contact, notice("accepted", nowMs()));
      change(contact, { status: "accepted" });
    },
    async ignore(contact) {
      change(contact, { status: "ignored" });
    },
    async block(contact) {
      change(contact, { status: "blocked" });
    },
    async unblock(contact) {
      change(contact, { status: "accepted" });
    },
    async setDirect(contact, direct) {
      change(contact, { direct });
    },
    async renameContact(contact, name) {
      change(contact, { name });
    },
    async safetyNumber(contact) {
      return safetyNumberOf(contact);
    },
    async checkScannedNumber(contact, scanned) {
      const isSame = equalBytes(scanned, safetyNumberOf(contact).scannable);
      if (isSame) change(contact, { verifiedAtMs: nowMs() });
      return isSame;
    },
    async confirmDigits(contact, digits) {
      const isSame = digits === safetyNumberOf(contact).digits;
      if (isSame) {
        add(contact, notice("verified", nowMs()));
        change(contact, { verifiedAtMs: nowMs(), hold: undefined });
      }
      return isSame;
    },
    async setVerified(contact, isVerified) {
      add(contact, notice(isVerified ? "verified" : "unverified", nowMs()));
      change(contact, { verifiedAtMs: isVerified ? nowMs() : undefined });
    },
    async tryAgain(contact) {
      await soon();
      change(contact, { hold: undefined });
    },
    async acceptNewKey(contact) {
      change(contact, { hold: undefined });
      add(contact, notice("key-accepted", nowMs()));
    },
  } satisfies Partial<Client>;
}
