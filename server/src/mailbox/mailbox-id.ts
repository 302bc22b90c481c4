import type { Brand } from "@tacit/shared/brand";
import type { Bytes } from "@tacit/shared/bytes";
import { mapKey } from "../hash.ts";
import type { Random } from "../ports.ts";

/** 16 random bytes: one device's queue. Known to the relay alone. */
export type MailboxId = Brand<Bytes, "MailboxId">;

export function createMailboxId(random: Random): MailboxId {
  return random(16) as MailboxId;
}

/**
 * As the key of a Map: `mapKey` of it, made once for each of these objects. Posts ask for it a dozen times, and the
 * address book has the same object for all of them. In no instance, as all ask for the same.
 */
export function nameOf(mailbox: MailboxId): string {
  const known = names.get(mailbox);
  if (known !== undefined) return known;
  const name = mapKey(mailbox);
  names.set(mailbox, name);
  return name;
}

const names = new WeakMap<MailboxId, string>();
