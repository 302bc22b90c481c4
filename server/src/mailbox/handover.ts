import type { EnvelopeId } from "@tacit/shared/ids";
import { MAILBOX_PAGE } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import { mapKey } from "../hash.ts";
import type { Departing, Departures } from "./departures.ts";
import type { EarlyEnvelope, EarlyPosts } from "./early.ts";
import type { LiveLanes } from "./live.ts";
import { type MailboxId, nameOf } from "./mailbox-id.ts";
import { assemblePage } from "./page.ts";
import type { MailboxStore, StoredEnvelope } from "./store.ts";

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
  /** Handed over and not yet collected; with what the store said of it, where it came from there. */
  readonly outstanding: Map<string, Departing["stored"]>;
  isDrained: boolean;
  /** What is still to come of what waited when it was last asked: the oldest first. */
  backlog: readonly number[];
  /** Whether everything that is not outstanding is in `early`: nothing in the store, nothing on its way there. */
  isCaughtUp: boolean;
  /** What comes next, before it is on the disk. */
  early: EarlyEnvelope[];
};

/**
 * Who is connected, and what each of them was handed. A device that has everything gets what comes from memory, while
 * it is being written; else from the store, in its order.
 */
export class Handover {
  readonly #store: MailboxStore;
  readonly #live: LiveLanes;
  readonly #early: EarlyPosts;
  readonly #departures: Departures;
  readonly #attached = new Map<string, Attached>();
  /** How many posts are on their way to the store, by mailbox, whether or not anybody is connected. */
  readonly #inFlight = new Map<string, number>();
  /** Those with something early that was offered in this turn. */
  readonly #offered = new Set<MailboxId>();

  constructor(store: MailboxStore, live: LiveLanes, early: EarlyPosts, departures: Departures) {
    this.#store = store;
    this.#live = live;
    this.#early = early;
    this.#departures = departures;
  }

  /** The connection before this one ends. */
  attach(mailbox: MailboxId, recipient: Recipient): void {
    this.end(mailbox);
    // What the connection before was handed early comes from the store.
    this.#early.hurry(mailbox);
    this.#attached.set(nameOf(mailbox), {
      ...{ mailbox, recipient, outstanding: new Map(), backlog: [], early: [] },
      ...{ isDrained: false, isCaughtUp: false },
    });
    this.pump(mailbox);
  }

  detach(mailbox: MailboxId, recipient: Recipient): void {
    if (this.#attached.get(nameOf(mailbox))?.recipient === recipient) this.#attached.delete(nameOf(mailbox));
  }

  end(mailbox: MailboxId): void {
    const attached = this.#attached.get(nameOf(mailbox));
    this.#attached.delete(nameOf(mailbox));
    attached?.recipient.ended();
  }

  /** Whether a device can be handed what is not on the disk yet. */
  isCaughtUp(mailbox: MailboxId): boolean {
    return this.#attached.get(nameOf(mailbox))?.isCaughtUp === true;
  }

  /** Of a device that has everything only what it was handed is in the store. */
  mayBeStored(mailbox: MailboxId, id: EnvelopeId): boolean {
    const attached = this.#attached.get(nameOf(mailbox));
    if (attached?.isCaughtUp !== true || this.#departures.arePending(mailbox)) return true;
    return attached.outstanding.has(mapKey(id));
  }

  /** Hands these over before they are on the disk, all that come in this turn together. */
  offer(envelopes: readonly EarlyEnvelope[]): void {
    if (this.#offered.size === 0) queueMicrotask(() => this.#pumpOffered());
    for (const envelope of envelopes) {
      this.#attached.get(nameOf(envelope.mailbox))?.early.push(envelope);
      this.#offered.add(envelope.mailbox);
    }
  }

  /** Something goes to the store: all that comes after it comes from there. Answers what to call when it is there. */
  fallBehind(mailbox: MailboxId): () => void {
    const name = nameOf(mailbox);
    this.#early.hurry(mailbox);
    this.#inFlight.set(name, (this.#inFlight.get(name) ?? 0) + 1);
    const attached = this.#attached.get(name);
    if (attached !== undefined) {
      attached.isCaughtUp = false;
      attached.early = [];
    }
    return () => {
      const left = (this.#inFlight.get(name) ?? 1) - 1;
      if (left > 0) this.#inFlight.set(name, left);
      else this.#inFlight.delete(name);
      this.pump(mailbox);
    };
  }

  /** These are in the store now, or will not be, or were collected. */
  settled(envelopes: readonly EarlyEnvelope[]): void {
    for (const envelope of envelopes) {
      const isStillToHand = this.#attached.get(nameOf(envelope.mailbox))?.early.includes(envelope) === true;
      if (isStillToHand) this.fallBehind(envelope.mailbox)();
      else this.pump(envelope.mailbox);
    }
  }

  /**
   * Hands over the next page, if the one before is collected: the oldest first, and nothing live before the durable
   * queue was empty once.
   */
  pump(mailbox: MailboxId): void {
    const attached = this.#attached.get(nameOf(mailbox));
    if (attached === undefined || attached.outstanding.size > 0) return;
    if (attached.isCaughtUp) this.#handEarly(attached);
    else this.#handStored(attached);
  }

  /** These were collected. Answers what is known of each. */
  settle(mailbox: MailboxId, ids: readonly EnvelopeId[]): readonly Departing[] {
    const outstanding = this.#attached.get(nameOf(mailbox))?.outstanding;
    return ids.map((id) => {
      const name = mapKey(id);
      const stored = outstanding?.get(name);
      outstanding?.delete(name);
      return { mailbox, id, stored };
    });
  }

  /** Stops waiting for what has expired meanwhile. */
  release(mailbox: MailboxId): void {
    const attached = this.#attached.get(nameOf(mailbox));
    if (attached === undefined || attached.outstanding.size === 0 || !this.#early.isEmpty(mailbox)) return;
    const live = new Set(this.#live.waiting(mailbox).map(({ id }) => mapKey(id)));
    for (const name of attached.outstanding.keys()) {
      const id = Buffer.from(name, "latin1") as Uint8Array<ArrayBuffer> as EnvelopeId;
      if (!live.has(name) && !this.#store.isWaiting(mailbox, id)) attached.outstanding.delete(name);
    }
    this.pump(mailbox);
  }

  releaseAll(): void {
    for (const { mailbox } of this.#attached.values()) this.release(mailbox);
  }

  #pumpOffered(): void {
    const offered = [...this.#offered];
    this.#offered.clear();
    for (const mailbox of offered) this.pump(mailbox);
  }

  #handEarly(attached: Attached): void {
    const page = attached.early
      .splice(0, MAILBOX_PAGE)
      .map(({ id, sealed }) => ({ id, lane: "durable" as const, sealed }));
    this.#hand(attached, page);
  }

  #handStored(attached: Attached): void {
    const { mailbox } = attached;
    if (attached.isDrained || attached.backlog.length === 0) {
      if (this.#departures.arePending(mailbox)) {
        // What its device has is still among what waits, until it is gone.
        if (attached.isDrained) this.#departures.hurry();
        return;
      }
      attached.backlog = this.#store.backlog(mailbox);
    }
    const durable = this.#readBacklog(attached);
    const isEmpty = durable.length === 0 && this.#early.isEmpty(mailbox);
    if (!attached.isDrained && isEmpty) {
      attached.isDrained = true;
      attached.recipient.drained();
    }
    const live = attached.isDrained ? this.#live.waiting(mailbox) : [];
    const page = assemblePage(durable, live);
    attached.isCaughtUp = isEmpty && !this.#inFlight.has(nameOf(mailbox)) && page.length === live.length;
    const handed = durable.slice(0, page.filter(({ lane }) => lane === "durable").length);
    attached.backlog = attached.backlog.slice(handed.length);
    this.#hand(attached, page, handed);
  }

  /** The next of the backlog that are still there; what is gone goes from the backlog. */
  #readBacklog(attached: Attached): readonly StoredEnvelope[] {
    while (attached.backlog.length > 0) {
      const next = attached.backlog.slice(0, MAILBOX_PAGE);
      const durable = this.#store.read(next);
      const found = durable.map(({ sequence }) => sequence);
      attached.backlog = [...found, ...attached.backlog.slice(next.length)];
      if (found.length > 0) return durable;
    }
    return [];
  }

  /** `stored`: those of the page that came from the store. */
  #hand({ outstanding, recipient }: Attached, page: readonly Envelope[], stored: readonly StoredEnvelope[] = []): void {
    if (page.length === 0) return;
    for (const { id } of page) outstanding.set(mapKey(id), undefined);
    for (const { id, sequence, digest, bytes } of stored) {
      outstanding.set(mapKey(id), { id, sequence, digest, bytes });
    }
    recipient.envelopes(page);
  }
}
