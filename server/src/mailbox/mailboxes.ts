import type { EnvelopeId } from "@tacit/shared/ids";
import { HOUR_MS, MAX_MAILBOX_BYTES, MAX_POST_BYTES } from "@tacit/shared/limits";
import type { Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import type { Deferred, GroupCommit } from "../db/group-commit.ts";
import { digestOf } from "../hash.ts";
import { toDay, toNextDay } from "../hours.ts";
import type { Log } from "../log.ts";
import type { Clock } from "../ports.ts";
import { CardQueues } from "./card-queues.ts";
import { type Departing, Departures } from "./departures.ts";
import { type EarlyEnvelope, type EarlyPost, EarlyPosts } from "./early.ts";
import { Elided } from "./elided.ts";
import { Handover, type Recipient } from "./handover.ts";
import { LiveLanes } from "./live.ts";
import type { MailboxId } from "./mailbox-id.ts";
import { type Kept, type Placed, Placing, type Request } from "./placing.ts";
import { Quotas } from "./quotas.ts";
import type { Addressee, CollectedPlace, MailboxStore, Taken } from "./store.ts";

/** How long a collected envelope is remembered, so that its repeated post is not delivered again. */
export const COLLECTED_MEMORY_MS = 48 * HOUR_MS;

/** Commits work to the disk; see `GroupCommit`. */
export type Commits = Pick<GroupCommit, "run" | "defer" | "isRefused" | "onRollback">;

type Ports = {
  readonly clock: Clock;
  readonly store: MailboxStore;
  readonly commits: Commits;
  readonly log: Log;
  /** Bytes that may wait in a mailbox. */
  readonly limitOf?: (mailbox: MailboxId) => number;
  readonly isDiskFull?: () => boolean;
  /** For counting. */
  readonly onPost?: (status: PostAnswer["status"]) => void;
};

/**
 * The rules of every mailbox: what is kept (`placing.ts`), for how long, and in which order it is handed over. Knows
 * neither sockets nor SQL: both come as ports.
 */
export class Mailboxes {
  readonly #clock: Clock;
  readonly #store: MailboxStore;
  readonly #commits: Commits;
  readonly #log: Log;
  readonly #live: LiveLanes;
  readonly #quotas: Quotas;
  readonly #isDiskFull: () => boolean;
  readonly #onPost: (status: PostAnswer["status"]) => void;
  readonly #cards: CardQueues;
  readonly #early = new EarlyPosts();
  readonly #departures: Departures;
  readonly #handover: Handover;
  readonly #elided: Elided;
  readonly #placing: Placing;
  /** When all that was collected has been looked through, and where that goes on. */
  #lookedThroughMs = Number.NEGATIVE_INFINITY;
  #searchedTo: CollectedPlace | undefined;

  constructor({
    clock,
    store,
    commits,
    log,
    limitOf = () => MAX_MAILBOX_BYTES,
    isDiskFull = () => false,
    onPost = () => {},
  }: Ports) {
    this.#clock = clock;
    this.#store = store;
    this.#commits = commits;
    this.#log = log;
    this.#live = new LiveLanes(clock);
    this.#quotas = new Quotas(store, limitOf);
    this.#cards = new CardQueues(clock);
    this.#isDiskFull = isDiskFull;
    this.#onPost = onPost;
    this.#departures = new Departures(
      (all) => this.#depart(all),
      (of) => this.#handover.pump(of),
    );
    this.#handover = new Handover(store, this.#live, this.#early, this.#departures);
    this.#elided = new Elided(clock, COLLECTED_MEMORY_MS);
    this.#placing = new Placing({
      ...{ clock, store, cards: this.#cards, live: this.#live },
      ...{ elided: this.#elided, quotas: this.#quotas, handover: this.#handover },
    });
    commits.onRollback(() => this.recount());
  }

  /** Answers when the post is durable, or refused. All its envelopes are kept, or none. */
  async post(post: Post): Promise<PostAnswer> {
    const answer = await this.#post(post);
    this.#onPost(answer.status);
    return answer;
  }

  #post(post: Post): PostAnswer | Promise<PostAnswer> {
    if (!isSound(post)) return { status: "malformed" };
    // Before the disk is full what was promised can still be kept, and what is collected still makes room.
    if (post.lane === "durable" && this.#isDiskFull()) return { status: "retry" };
    const key = digestOf(post.key);
    const digests = post.envelopes.map(({ sealed }) => digestOf(sealed));
    const request: Request = { post, key, digests, charge: { refund: undefined } };
    const addressees = this.#store.addressees(key);
    return this.#postEarly(request, addressees) ?? this.#postStored(request, addressees);
  }

  /** Commits, and hands over after that. */
  async #postStored(request: Request, addressees: readonly Addressee[]): Promise<PostAnswer> {
    const arrivals = addressees.map(({ mailbox }) => this.#handover.fallBehind(mailbox));
    try {
      const { answer, kept, isByCard } = await this.#commits.run(() => this.#placing.place(request));
      // What was charged by a run that was undone, and not by the one that counts.
      if (kept.length === 0) request.charge.refund?.();
      if (isByCard) this.#cards.keep(request.key, kept.filter(isDurable));
      return answer;
    } catch (failure) {
      return this.#couldNotStore(request, failure);
    } finally {
      for (const arrived of arrivals) arrived();
    }
  }

  /**
   * Hands over what comes by a contact's key to devices that have everything else, and commits a moment later what they
   * have not collected by then. `undefined` where that is not for this post.
   */
  #postEarly(request: Request, addressees: readonly Addressee[]): Promise<PostAnswer> | undefined {
    const { post, charge } = request;
    const isEarly = addressees.length > 0 && addressees.every(({ mailbox }) => this.#handover.isCaughtUp(mailbox));
    if (post.lane !== "durable" || !isEarly || this.#commits.isRefused) return undefined;
    const examined = this.#placing.examine(request, addressees);
    if (examined.answer !== undefined || examined.keyClass !== "contact") return undefined;
    const envelopes = examined.fresh.map(({ mailbox, digest, envelope: { id, sealed } }) => ({
      ...{ mailbox, id, digest, sealed },
    }));
    const isNew = envelopes.every(({ mailbox, id, sealed }) => {
      return !this.#early.has(mailbox, id) && this.#early.hasRoom(mailbox, sealed.length);
    });
    const isWhole = envelopes.length === post.envelopes.length;
    if (!isWhole || !isNew || this.#placing.charge("contact", request.key, charge) !== undefined) return undefined;
    return this.#settleEarly(request, envelopes);
  }

  async #settleEarly(request: Request, envelopes: readonly EarlyEnvelope[]): Promise<PostAnswer> {
    const early: EarlyPost = { envelopes, collected: [] };
    const work = this.#commits.defer(() => this.#placeEarly(request, early));
    this.#early.add(early, work);
    this.#handover.offer(envelopes);
    try {
      const placed = await work.done;
      // Each of its envelopes is where it was meant to go.
      if (placed === undefined) return { status: "ok" };
      if (placed.answer.status !== "ok") request.charge.refund?.();
      this.#leaveCards(placed.taken);
      return placed.answer;
    } catch (failure) {
      return this.#couldNotStore(request, failure);
    } finally {
      this.#early.end(early);
      this.#handover.settled(envelopes);
    }
  }

  #couldNotStore({ charge }: Request, failure: unknown): PostAnswer {
    charge.refund?.();
    this.#log("error", "could not store a post", failure);
    return { status: "retry" };
  }

  /** Hands the mailbox to this connection; the one before it ends. */
  attach(mailbox: MailboxId, recipient: Recipient): void {
    this.#handover.attach(mailbox, recipient);
  }

  detach(mailbox: MailboxId, recipient: Recipient): void {
    this.#handover.detach(mailbox, recipient);
  }

  /** Ends the connection of a mailbox, if there is one. */
  end(mailbox: MailboxId): void {
    this.#handover.end(mailbox);
  }

  /** The device behind a mailbox was removed, and its rows with it. */
  remove(mailbox: MailboxId): void {
    this.end(mailbox);
    this.#live.forget(mailbox);
    this.#quotas.forget(mailbox);
    this.#elided.forget(mailbox);
    this.#cards.forget(mailbox);
  }

  /** Deletes what the device has stored. Resolves when that is durable. */
  async collected(mailbox: MailboxId, ids: readonly EnvelopeId[]): Promise<void> {
    const stored = this.#handover
      .settle(mailbox, ids)
      .filter(({ id }) => !this.#collectEarly(mailbox, id) && !this.#live.collected(mailbox, id));
    const departed = stored.length > 0 ? this.#departures.add(mailbox, stored) : undefined;
    this.#handover.pump(mailbox);
    await departed;
  }

  #depart(all: () => readonly Departing[]): Deferred<void> {
    let taken: readonly Taken[] = [];
    const work = this.#commits.defer(() => {
      taken = this.#takeAll(all());
    });
    work.done.then(
      () => this.#leaveCards(taken),
      () => {},
    );
    return work;
  }

  /** Whether it was not on the disk yet. */
  #collectEarly(mailbox: MailboxId, id: EnvelopeId): boolean {
    const elided = this.#early.collect(mailbox, id);
    for (const each of elided ?? []) this.#elided.add(each.mailbox, each.id, each.digest);
    return elided !== undefined;
  }

  /** Deletes up to `limit` envelopes that nobody collected in time, and as many memories. Answers whether there may be more. */
  async expire(limit: number): Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    // Its times are whole days: once after each of them is enough.
    const isForgetting = toDay(this.#lookedThroughMs) !== toDay(nowMs);
    // What was collected while the clock was ahead is forgotten with the rest: its repeat would be a duplicate at its device.
    const latestMs = toNextDay(nowMs + COLLECTED_MEMORY_MS);
    const isDue = (forgetAtMs: number) => forgetAtMs <= nowMs || forgetAtMs > latestMs;
    const { taken, place } = await this.#commits.run(() => {
      const expired = this.#store.takeExpired(nowMs, limit);
      this.#makeRoom(expired);
      return {
        taken: expired,
        place: isForgetting ? this.#store.forgetCollected(isDue, limit, this.#searchedTo) : undefined,
      };
    });
    this.#searchedTo = place;
    if (place === undefined) this.#lookedThroughMs = nowMs;
    this.#leaveCards(taken);
    for (const { mailbox } of taken) this.#handover.release(mailbox);
    return taken.length === limit || place !== undefined;
  }

  /** An hour has passed, by a timer that no clock moves. */
  async closeHour(): Promise<void> {
    await this.#commits.run(() => this.#store.closeHour(this.#clock.nowMs()));
  }

  /** Counts all anew: somebody else changed the database. */
  recount(): void {
    this.#quotas.forgetAll();
    this.#store.forget();
  }

  expireLive(): void {
    this.#live.sweep();
    this.#handover.releaseAll();
  }

  /** Runs inside a commit, perhaps twice. What one device of several has collected by now goes at once. */
  #placeEarly(request: Request, { collected }: EarlyPost): Placed & { readonly taken: readonly Taken[] } {
    const placed = this.#placing.place(request);
    return {
      ...placed,
      taken: this.#takeAll(collected.map(({ mailbox, id }) => ({ mailbox, id, stored: undefined }))),
    };
  }

  /** Runs inside a commit, perhaps twice. */
  #takeAll(departing: readonly Departing[]): readonly Taken[] {
    const forgetAtMs = toNextDay(this.#clock.nowMs() + COLLECTED_MEMORY_MS);
    const all: Taken[] = [];
    for (const { mailbox, id, stored } of departing) {
      const envelope = stored === undefined ? this.#store.take(mailbox, id) : { ...stored, mailbox };
      if (envelope === undefined || (stored !== undefined && !this.#store.takeAt(stored.sequence))) continue;
      this.#store.rememberCollected(mailbox, id, envelope.digest, forgetAtMs);
      all.push(envelope);
    }
    this.#makeRoom(all);
    return all;
  }

  /** Inside the commit that takes them: whoever counts a mailbox in it later counts without them. */
  #makeRoom(taken: readonly Taken[]): void {
    for (const { mailbox, bytes } of taken) this.#quotas.change(mailbox, -1, -bytes);
  }

  /** Once what took them is durable. */
  #leaveCards(taken: readonly Taken[]): void {
    for (const { sequence } of taken) this.#cards.left(sequence);
  }
}

function isSound({ envelopes }: Post): boolean {
  const bytes = envelopes.reduce((sum, { sealed }) => sum + sealed.length, 0);
  if (bytes > MAX_POST_BYTES) return false;
  return envelopes.length === 1 || new Set(envelopes.map(({ deviceId }) => deviceId)).size === envelopes.length;
}

function isDurable(kept: Kept): kept is Kept & { readonly sequence: number } {
  return kept.sequence !== undefined;
}
