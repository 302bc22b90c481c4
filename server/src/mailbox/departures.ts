import type { EnvelopeId } from "@tacit/shared/ids";
import type { Deferred } from "../db/group-commit.ts";
import { type MailboxId, nameOf } from "./mailbox-id.ts";
import type { StoredEnvelope } from "./store.ts";

/** An envelope that its device has. `stored`: as it was read; absent where only its id is known. */
export type Departing = {
  readonly mailbox: MailboxId;
  readonly id: EnvelopeId;
  readonly stored: Omit<StoredEnvelope, "sealed"> | undefined;
};
type Batch = { readonly departing: Departing[]; readonly work: Deferred<void>; isOpen: boolean };

/**
 * Stored envelopes that their devices have, of all mailboxes together: deleted a moment later in the order in which they
 * lie, so that each page of the database is written once instead of for each of its rows.
 */
export class Departures {
  readonly #begin: (all: () => readonly Departing[]) => Deferred<void>;
  readonly #onSettled: (mailbox: MailboxId) => void;
  /** How many calls of a mailbox are not done. */
  readonly #pending = new Map<string, number>();
  #batch: Batch | undefined;

  /** `begin` deletes, in a moment, what its argument answers then. `onSettled`: nothing of a mailbox departs any more. */
  constructor(begin: (all: () => readonly Departing[]) => Deferred<void>, onSettled: (mailbox: MailboxId) => void) {
    this.#begin = begin;
    this.#onSettled = onSettled;
  }

  /** Resolves when they are deleted, durably; rejects when they are not. */
  async add(mailbox: MailboxId, departing: readonly Departing[]): Promise<void> {
    const name = nameOf(mailbox);
    const batch = this.#open();
    batch.departing.push(...departing);
    this.#pending.set(name, (this.#pending.get(name) ?? 0) + 1);
    try {
      await batch.work.done;
    } finally {
      const left = (this.#pending.get(name) ?? 1) - 1;
      if (left > 0) this.#pending.set(name, left);
      else {
        this.#pending.delete(name);
        this.#onSettled(mailbox);
      }
    }
  }

  /** Whether something of it is still in the store though its device has it. */
  arePending(mailbox: MailboxId): boolean {
    return this.#pending.has(nameOf(mailbox));
  }

  /** Somebody waits for them. */
  hurry(): void {
    if (this.#batch?.isOpen === true) this.#batch.work.hurry();
  }

  #open(): Batch {
    if (this.#batch?.isOpen === true) return this.#batch;
    const departing: Departing[] = [];
    const work = this.#begin(() => {
      batch.isOpen = false;
      return departing.sort((a, b) => (a.stored?.sequence ?? 0) - (b.stored?.sequence ?? 0));
    });
    const batch: Batch = { departing, work, isOpen: true };
    this.#batch = batch;
    // A disk that refuses may do so before the work begins.
    work.done.catch(() => {
      batch.isOpen = false;
    });
    return batch;
  }
}
