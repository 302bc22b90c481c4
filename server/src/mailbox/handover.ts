import type { EnvelopeId } from "@tacit/shared/ids";
import { MAILBOX_PAGE } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import { mapKey } from "../hash.ts";
import type { LiveLanes } from "./live.ts";
import type { MailboxId } from "./mailbox-id.ts";
import { assemblePage } from "./page.ts";
import type { MailboxStore } from "./store.ts";

/** One connection of a device. */
export type Recipient = {
  /** The next page comes when each of these was collected. */
  envelopes(page: readonly Envelope[]): void;
  /** Said once: the durable queue was empty. */
  drained(): void;
  /** Another connection took over, or the device is no more. */
  ended(): void;
};

type Attached = {
  readonly mailbox: MailboxId;
  readonly recipient: Recipient;
  /** Handed over and not yet collected. */
  readonly outstanding: Set<string>;
  isDrained: boolean;
};

/** Who is connected, and what each of them was handed. */
export class Handover {
  readonly #store: MailboxStore;
  readonly #live: LiveLanes;
  readonly #attached = new Map<string, Attached>();

  constructor(store: MailboxStore, live: LiveLanes) {
    this.#store = store;
    this.#live = live;
  }

  /** The connection before this one ends. */
  attach(mailbox: MailboxId, recipient: Recipient): void {
    this.end(mailbox);
    this.#attached.set(mapKey(mailbox), { mailbox, recipient, outstanding: new Set(), isDrained: false });
    this.pump(mailbox);
  }

  detach(mailbox: MailboxId, recipient: Recipient): void {
    if (this.#attached.get(mapKey(mailbox))?.recipient === recipient) this.#attached.delete(mapKey(mailbox));
  }

  end(mailbox: MailboxId): void {
    const attached = this.#attached.get(mapKey(mailbox));
    this.#attached.delete(mapKey(mailbox));
    attached?.recipient.ended();
  }

  /**
   * Hands over the next page, if the one before is collected: the oldest first, and nothing live before the durable
   * queue was empty once.
   */
  pump(mailbox: MailboxId): void {
    const attached = this.#attached.get(mapKey(mailbox));
    if (attached === undefined || attached.outstanding.size > 0) return;
    const durable = this.#store.page(mailbox, MAILBOX_PAGE);
    if (!attached.isDrained && durable.length === 0) {
      attached.isDrained = true;
      attached.recipient.drained();
    }
    const page = assemblePage(durable, attached.isDrained ? this.#live.waiting(mailbox) : []);
    if (page.length === 0) return;
    for (const { id } of page) attached.outstanding.add(mapKey(id));
    attached.recipient.envelopes(page);
  }

  /** These were collected. */
  settle(mailbox: MailboxId, ids: readonly EnvelopeId[]): void {
    const attached = this.#attached.get(mapKey(mailbox));
    if (attached === undefined) return;
    for (const id of ids) attached.outstanding.delete(mapKey(id));
    this.pump(mailbox);
  }

  /** Stops waiting for what has expired meanwhile. */
  release(mailbox: MailboxId): void {
    const attached = this.#attached.get(mapKey(mailbox));
    if (attached === undefined || attached.outstanding.size === 0) return;
    const waiting = [...this.#store.page(mailbox, MAILBOX_PAGE), ...this.#live.waiting(mailbox)];
    const names = new Set(waiting.map(({ id }) => mapKey(id)));
    for (const name of attached.outstanding) if (!names.has(name)) attached.outstanding.delete(name);
    this.pump(mailbox);
  }

  releaseAll(): void {
    for (const { mailbox } of this.#attached.values()) this.release(mailbox);
  }
}
