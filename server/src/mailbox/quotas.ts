import { MAX_MAILBOX_BYTES, MAX_MAILBOX_ENVELOPES } from "@tacit/shared/limits";
import { mapKey } from "../hash.ts";
import type { MailboxId } from "./mailbox-id.ts";
import type { MailboxStore, Usage } from "./store.ts";

/** How full each mailbox is: counted in the database once, kept in memory after. */
export class Quotas {
  readonly #store: MailboxStore;
  readonly #usages = new Map<string, Usage>();

  constructor(store: MailboxStore) {
    this.#store = store;
  }

  hasRoom(mailbox: MailboxId, bytes: number): boolean {
    const usage = this.#usageOf(mailbox);
    return usage.envelopes < MAX_MAILBOX_ENVELOPES && usage.bytes + bytes <= MAX_MAILBOX_BYTES;
  }

  /** What was not yet counted will be, with this change, when it is asked for. */
  change(mailbox: MailboxId, envelopes: number, bytes: number): void {
    const usage = this.#usages.get(mapKey(mailbox));
    if (usage === undefined) return;
    this.#usages.set(mapKey(mailbox), { envelopes: usage.envelopes + envelopes, bytes: usage.bytes + bytes });
  }

  forget(mailbox: MailboxId): void {
    this.#usages.delete(mapKey(mailbox));
  }

  /** Counts all anew when asked next. */
  forgetAll(): void {
    this.#usages.clear();
  }

  #usageOf(mailbox: MailboxId): Usage {
    const name = mapKey(mailbox);
    const usage = this.#usages.get(name) ?? this.#store.usage(mailbox);
    this.#usages.set(name, usage);
    return usage;
  }
}
