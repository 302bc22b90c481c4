import { MAX_MAILBOX_BYTES, MAX_MAILBOX_ENVELOPES } from "@tacit/shared/limits";
import { type MailboxId, nameOf } from "./mailbox-id.ts";
import type { MailboxStore, Usage } from "./store.ts";

type Counted = { -readonly [Name in keyof Usage]: Usage[Name] };

/** How full each mailbox is: counted in the database once, kept in memory after. */
export class Quotas {
  readonly #store: MailboxStore;
  readonly #limitOf: (mailbox: MailboxId) => number;
  readonly #limits = new Map<string, number>();
  readonly #usages = new Map<string, Counted>();

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
    const usage = this.#usages.get(nameOf(mailbox));
    if (usage === undefined) return;
    usage.envelopes += envelopes;
    usage.bytes += bytes;
  }

  forget(mailbox: MailboxId): void {
    this.#usages.delete(nameOf(mailbox));
    this.#limits.delete(nameOf(mailbox));
  }

  /** Counts all anew when asked next. */
  forgetAll(): void {
    this.#usages.clear();
    this.#limits.clear();
  }

  #bytesOf(mailbox: MailboxId): number {
    const name = nameOf(mailbox);
    const known = this.#limits.get(name);
    if (known !== undefined) return known;
    const limit = Math.min(MAX_MAILBOX_BYTES, this.#limitOf(mailbox));
    this.#limits.set(name, limit);
    return limit;
  }

  #usageOf(mailbox: MailboxId): Usage {
    const name = nameOf(mailbox);
    const known = this.#usages.get(name);
    if (known !== undefined) return known;
    const usage = { ...this.#store.usage(mailbox) };
    this.#usages.set(name, usage);
    return usage;
  }
}
