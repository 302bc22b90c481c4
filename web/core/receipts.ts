import { SECOND_MS } from "@tacit/shared/limits";
import { getContact, isAnswered, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import type { Outbox } from "./outbox.ts";
import { queueOwed } from "./owing.ts";
import type { ContactId } from "./views.ts";

const SHORTEST_DELAY_MS = SECOND_MS;
const JITTER_MS = 2 * SECOND_MS;

/** Sends the receipts that are owed: together, a moment later, so that they do not answer each message at once. */
export class Receipts {
  readonly #core: Core;
  readonly #outbox: Outbox;
  #cancel: (() => void) | undefined;

  constructor(core: Core, outbox: Outbox) {
    this.#core = core;
    this.#outbox = outbox;
  }

  /** Within one to three seconds. */
  soon(): void {
    if (this.#cancel !== undefined) return;
    const [random = 0] = this.#core.ports.random(1);
    this.#cancel = this.#core.ports.clock.after(SHORTEST_DELAY_MS + (random * JITTER_MS) / 256, () => {
      this.#cancel = undefined;
      void this.#sendAll();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #sendAll(): Promise<void> {
    const due = this.#core
      .contacts()
      .filter(([id]) => this.#outbox.isOpenFor(id))
      .filter(([, contact]) => isAnswered(contact) && contact.owed.delivered.length + contact.owed.read.length > 0);
    try {
      for (const [id] of due) await this.#send(id);
    } catch {
      // The device cannot store now, or was locked: what is owed is durable and goes out with the next ones.
    }
  }

  async #send(id: ContactId): Promise<void> {
    const core = this.#core;
    await core.change(async (work) => {
      const contact = await getContact(work, id);
      await queueOwed(core, work, id, contact);
      putContact(work, id, { ...contact, owed: { delivered: [], read: [] } });
    });
    this.#outbox.wake(id);
  }
}
