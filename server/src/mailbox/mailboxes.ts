import type { Bytes } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import {
  CONTACT_KEY_POSTS_PER_DAY,
  DAY_MS,
  ENVELOPE_TTL_MS,
  HOUR_MS,
  MAX_MAILBOX_BYTES,
  MAX_POST_BYTES,
} from "@tacit/shared/limits";
import type { OutgoingEnvelope, Post, PostAnswer, PostRefusal } from "@tacit/shared/wire/envelopes";
import { Budget } from "../budget.ts";
import { mapKey, sha256 } from "../hash.ts";
import { toNextDay, toNextHour } from "../hours.ts";
import type { Log } from "../log.ts";
import type { Clock } from "../ports.ts";
import { compareDevices } from "./addressees.ts";
import { CardQueues } from "./card-queues.ts";
import { Handover, type Recipient } from "./handover.ts";
import { LiveLanes } from "./live.ts";
import type { MailboxId } from "./mailbox-id.ts";
import { Quotas } from "./quotas.ts";
import type { Addressee, MailboxStore, Taken } from "./store.ts";

/** How long a collected envelope is remembered, so that its repeated post is not delivered again. */
export const COLLECTED_MEMORY_MS = 48 * HOUR_MS;

/** Commits work to the disk; see `GroupCommit`. */
export type Commits = { run<Value>(work: () => Value): Promise<Value>; onRollback(forget: () => void): void };

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
type Addressed = { readonly envelope: OutgoingEnvelope; readonly digest: Bytes; readonly mailbox: MailboxId };
/** What a post took from its key's allowance, once, even when its work runs twice. */
type Charge = { refund: (() => void) | undefined };
/** Which mailbox got what: the sequence number of a durable envelope. */
type Kept = { readonly mailbox: MailboxId; readonly sequence: number | undefined };
type Placed = { readonly answer: PostAnswer; readonly kept: readonly Kept[]; readonly isByCard: boolean };

/**
 * The rules of every mailbox: who may post, what is kept, and in which order it is handed over. Knows neither sockets
 * nor SQL: both come as ports.
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
  readonly #cards = new CardQueues();
  readonly #contactPosts: Budget;
  readonly #handover: Handover;
  #lastSequence: number;

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
    this.#isDiskFull = isDiskFull;
    this.#onPost = onPost;
    this.#handover = new Handover(store, this.#live);
    this.#contactPosts = new Budget(clock, DAY_MS, CONTACT_KEY_POSTS_PER_DAY);
    this.#lastSequence = store.lastSequence();
    commits.onRollback(() => this.#quotas.forgetAll());
  }

  /** Answers when the post is durable, or refused. All its envelopes are kept, or none. */
  async post(post: Post): Promise<PostAnswer> {
    const answer = await this.#post(post);
    this.#onPost(answer.status);
    return answer;
  }

  async #post(post: Post): Promise<PostAnswer> {
    if (!isSound(post)) return { status: "malformed" };
    // Before the disk is full what was promised can still be kept, and what is collected still makes room.
    if (post.lane === "durable" && this.#isDiskFull()) return { status: "retry" };
    const key = sha256(post.key);
    const digests = post.envelopes.map(({ sealed }) => sha256(sealed));
    const charge: Charge = { refund: undefined };
    try {
      const { answer, kept, isByCard } = await this.#commits.run(() => this.#place(post, key, digests, charge));
      if (isByCard) this.#cards.keep(mapKey(key), kept.filter(isDurable));
      for (const { mailbox } of kept) this.#handover.pump(mailbox);
      return answer;
    } catch (failure) {
      charge.refund?.();
      this.#log("error", "could not store a post", failure);
      return { status: "retry" };
    }
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
    this.#cards.forget(mailbox);
  }

  /** Deletes what the device has stored. Resolves when that is durable. */
  async collected(mailbox: MailboxId, ids: readonly EnvelopeId[]): Promise<void> {
    const forgetAtMs = toNextDay(this.#clock.nowMs() + COLLECTED_MEMORY_MS);
    const taken = await this.#commits.run(() => {
      const found: Taken[] = [];
      for (const id of ids) {
        const envelope = this.#store.take(mailbox, id);
        if (envelope === undefined) continue;
        this.#store.rememberCollected(mailbox, id, envelope.digest, forgetAtMs);
        found.push(envelope);
      }
      return found;
    });
    this.#account(taken);
    for (const id of ids) this.#live.collected(mailbox, id);
    this.#handover.settle(mailbox, ids);
  }

  /** Deletes up to `limit` envelopes that nobody collected in time, and as many memories. Answers whether there may be more. */
  async expire(limit: number): Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    const { taken, forgotten } = await this.#commits.run(() => ({
      taken: this.#store.takeExpired(nowMs, limit),
      forgotten: this.#store.forgetCollected(nowMs, limit),
    }));
    this.#account(taken);
    for (const { mailbox } of taken) this.#handover.release(mailbox);
    return taken.length === limit || forgotten === limit;
  }

  /** Counts all anew: somebody else changed the database. */
  recount(): void {
    this.#quotas.forgetAll();
  }

  expireLive(): void {
    this.#live.sweep();
    this.#handover.releaseAll();
  }

  /** Runs inside a commit, perhaps twice. */
  #place(post: Post, key: Bytes, digests: readonly Bytes[], charge: Charge): Placed {
    const addressees = this.#store.addressees(key);
    const [first] = addressees;
    if (first === undefined) return refuse(this.#store.isClaimed(key) ? "claimed" : "unknown-key");
    if (first.class === "once") return refuse("unknown-key");
    if (first.class === "card" && post.lane !== "durable") return refuse("lane");
    const devices = compareDevices(post.envelopes, addressees);
    if (devices !== undefined) return first.class === "card" ? refuse("refetch") : answerOnly(devices);

    const known = address(post, digests, addressees).map((addressed) => ({
      ...addressed,
      before: this.#digestOf(addressed.mailbox, addressed.envelope.id),
    }));
    const taken = known.filter(({ before, digest }) => before !== undefined && mapKey(before) !== mapKey(digest));
    if (taken.length > 0) return answerOnly({ status: "id-taken", taken: taken.map(({ envelope }) => envelope.id) });
    const fresh = known.filter(({ before }) => before === undefined);
    if (fresh.length === 0) return answerOnly({ status: "ok" });

    if (!fresh.every((addressed) => this.#hasRoom(post, addressed))) return refuse("full");
    const refusal = this.#charge(first.class, mapKey(key), charge);
    if (refusal !== undefined) return refuse(refusal);
    return { answer: { status: "ok" }, kept: this.#keep(post, fresh), isByCard: first.class === "card" };
  }

  #digestOf(mailbox: MailboxId, id: EnvelopeId): Bytes | undefined {
    return this.#live.digestOf(mailbox, id) ?? this.#store.digestOf(mailbox, id);
  }

  #hasRoom(post: Post, { mailbox, envelope }: Addressed): boolean {
    const room = post.lane === "durable" ? this.#quotas : this.#live;
    return room.hasRoom(mailbox, envelope.sealed.length);
  }

  #charge(keyClass: "contact" | "card", key: string, charge: Charge): "budget" | "full" | undefined {
    if (charge.refund !== undefined) return undefined;
    if (keyClass === "contact") {
      if (!this.#contactPosts.spend(key)) return "budget";
      charge.refund = () => this.#contactPosts.refund(key);
    } else {
      if (!this.#cards.enter(key)) return "full";
      charge.refund = () => this.#cards.leave(key);
    }
    return undefined;
  }

  #keep({ lane }: Post, fresh: readonly Addressed[]): readonly Kept[] {
    const expiresAtMs = toNextHour(this.#clock.nowMs() + ENVELOPE_TTL_MS);
    return fresh.map(({ mailbox, digest, envelope: { id, sealed } }) => {
      if (lane !== "durable") {
        this.#live.put(mailbox, { id, lane, sealed, digest, after: this.#lastSequence });
        return { mailbox, sequence: undefined };
      }
      this.#lastSequence = this.#store.put({ mailbox, id, digest, sealed, expiresAtMs });
      this.#quotas.change(mailbox, 1, sealed.length);
      return { mailbox, sequence: this.#lastSequence };
    });
  }

  #account(taken: readonly Taken[]): void {
    for (const { mailbox, sequence, bytes } of taken) {
      this.#quotas.change(mailbox, -1, -bytes);
      this.#cards.left(sequence);
    }
  }
}

function isSound({ envelopes }: Post): boolean {
  const bytes = envelopes.reduce((sum, { sealed }) => sum + sealed.length, 0);
  const devices = new Set(envelopes.map(({ deviceId }) => deviceId));
  return bytes <= MAX_POST_BYTES && devices.size === envelopes.length;
}

function address(post: Post, digests: readonly Bytes[], addressees: readonly Addressee[]): Addressed[] {
  return post.envelopes.flatMap((envelope, i) => {
    const addressee = addressees.find(({ deviceId }) => deviceId === envelope.deviceId);
    const digest = digests[i];
    return addressee === undefined || digest === undefined ? [] : [{ envelope, digest, mailbox: addressee.mailbox }];
  });
}

function isDurable(kept: Kept): kept is Kept & { readonly sequence: number } {
  return kept.sequence !== undefined;
}

function answerOnly(answer: PostAnswer): Placed {
  return { answer, kept: [], isByCard: false };
}

function refuse(status: PostRefusal): Placed {
  return answerOnly({ status });
}
