import type { Core } from "./core.ts";
import { CONTACT, DRAFT, FILE } from "./kinds.ts";
import {
  ACCOUNT,
  CARDS,
  CLAIMS,
  EPOCH,
  KEY_POOL,
  META,
  PASSWORD_CHANGE,
  PREKEY_BOOK,
  RECOVERY_STATE,
  RESTORED,
  SETTINGS,
  SKIPPED,
  STORAGE_ASKED,
} from "./meta-kinds.ts";

/** Reads what an open client holds in memory. */
export async function loadHeld({ records }: Pick<Core, "records">): Promise<void> {
  await records.load(ACCOUNT, [META.account]);
  await records.load(EPOCH, [META.epoch]);
  await records.load(SETTINGS, [META.settings]);
  await records.load(KEY_POOL, [META.keyPool]);
  await records.load(PREKEY_BOOK, [META.preKeyBook]);
  await records.load(CARDS, [META.cards]);
  await records.load(CLAIMS, [META.claims]);
  await records.load(SKIPPED, [META.skipped]);
  await records.load(RESTORED, [META.restored]);
  await records.load(RECOVERY_STATE, [META.recoveryState]);
  await records.load(PASSWORD_CHANGE, [META.passwordChange]);
  await records.load(STORAGE_ASKED, [META.storageAsked]);
  await records.load(CONTACT);
  await records.load(DRAFT);
  await records.load(FILE);
}
