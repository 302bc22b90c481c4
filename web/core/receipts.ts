import { SECOND_MS } from "@tacit/shared/limits";
import { getContact, isAnswered, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { META, SETTINGS } from "./meta-kinds.ts";
import type { Outbox } from "./outbox.ts";
import { enqueue, newJob } from "./queueing.ts";
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
      const showsRead = core.records.held(SETTINGS, META.settings)?.value.receipts ?? true;
      const read = showsRead ? contact.owed.read : [];
      const delivered = [...contact.owed.delivered, ...(showsRead ? [] : contact.owed.read)];
      if (delivered.length > 0) {
        await enqueue(core, work, id, newJob(core, { type: "receipt", state: "delivered", messages: delivered }));
      }
      if (read.length > 0) {
        await enqueue(core, work, id, newJob(core, { type: "receipt", state: "read", messages: read }));
      }
      putContact(work, id, { ...contact, owed: { delivered: [], read: [] } });
    });
    this.#outbox.wake(id);
  }
}
