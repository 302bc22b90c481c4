import { MAX_MAILBOX_BYTES, MAX_MAILBOX_ENVELOPES } from "@tacit/shared/limits";
import { mapKey } from "../hash.ts";
import type { MailboxId } from "./mailbox-id.ts";
import type { MailboxStore, Usage } from "./store.ts";

/** How full each mailbox is: counted in the database once, kept in memory after. */
export class Quotas {
  readonly #store: MailboxStore;
  readonly #limitOf: (mailbox: MailboxId) => number;
  readonly #limits = new Map<string, number>();
  readonly #usages = new Map<string, Usage>();

  /** `limitOf`: the bytes that the operator allows a mailbox. */
  constructor(store: MailboxStore, limitOf: (mailbox: MailboxId) => number) {
    this.#store = store;
    this.#limitOf = limitOf;
  }

  hasRoom(mailbox: MailboxId, bytes: number): boolean {
    const usage = this.#usageOf(mailbox);
    return usage.envelopes < MAX_MAILBOX_ENVELOPES && usage.bytes + bytes <= this.#bytesOf(mailbox);
  }

  /** What was not yet counted will be, with this change, when it is asked for. */
  change(mailbox: MailboxId, envelopes: number, bytes: number): void {
    const usage = this.#usages.get(mapKey(mailbox));
    if (usage === undefined) return;
    this.#usages.set(mapKey(mailbox), { envelopes: usage.envelopes + envelopes, bytes: usage.bytes + bytes });
  }

  forget(mailbox: MailboxId): void {
    this.#usages.delete(mapKey(mailbox));
    this.#limits.delete(mapKey(mailbox));
  }

  /** Counts all anew when asked next. */
  forgetAll(): void {
    this.#usages.clear();
    this.#limits.clear();
  }

  #bytesOf(mailbox: MailboxId): number {
    const name = mapKey(mailbox);
    const limit = this.#limits.get(name) ?? Math.min(MAX_MAILBOX_BYTES, this.#limitOf(mailbox));
    this.#limits.set(name, limit);
    return limit;
  }

  #usageOf(mailbox: MailboxId): Usage {
    const name = mapKey(mailbox);
    const usage = this.#usages.get(name) ?? this.#store.usage(mailbox);
    this.#usages.set(name, usage);
    return usage;
  }
}
