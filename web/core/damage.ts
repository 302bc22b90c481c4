import type { Core } from "./core.ts";
import { CONTACT } from "./kinds.ts";
import { CARDS, EPOCH, KEY_POOL, META, PREKEY_BOOK, RECOVERY_STATE, RESTORED } from "./meta-kinds.ts";

/** What is written anew where it cannot be read, and nothing is lost by that. */
const REPLACEABLE: readonly string[] = [META.settings, META.skipped, META.storageAsked];

/**
 * Whether this browser holds rows that cannot be read and that the recovery vault gives back: a contact, keys, cards.
 * Then nothing is collected that would find nobody whom it is of, and no vault is saved that lacks them. docs/PROTOCOL.md
 * §3.4.
 */
export function isDamaged({ records }: Pick<Core, "records">): boolean {
  const isComplete =
    records.held(KEY_POOL, META.keyPool) !== undefined &&
    records.held(CARDS, META.cards) !== undefined &&
    records.held(PREKEY_BOOK, META.preKeyBook) !== undefined &&
    records.held(EPOCH, META.epoch) !== undefined &&
    records.held(RECOVERY_STATE, META.recoveryState) !== undefined;
  return (
    !isComplete ||
    records.unreadIds(CONTACT.table).length > 0 ||
    records.unreadIds("meta").some((id) => !REPLACEABLE.includes(id))
  );
}

/** Whether this browser has to go on as a new device before it does anything for the account. */
export function mustGoOn(core: Pick<Core, "records">): boolean {
  return core.records.held(RESTORED, META.restored) !== undefined || isDamaged(core);
}
