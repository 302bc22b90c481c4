import type { Brand } from "@tacit/shared/brand";
import type { Bytes } from "@tacit/shared/bytes";
import type { Random } from "../ports.ts";

/** 16 random bytes: one device's queue. Known to the relay alone. */
export type MailboxId = Brand<Bytes, "MailboxId">;

export function createMailboxId(random: Random): MailboxId {
  return random(16) as MailboxId;
}
