import type { EnvelopeId } from "@tacit/shared/ids";
import { CONTACT_KEY_POSTS_PER_DAY, DAY_MS, ENVELOPE_TTL_MS } from "@tacit/shared/limits";
import type { OutgoingEnvelope, Post, PostAnswer, PostRefusal } from "@tacit/shared/wire/envelopes";
import { Budget } from "../budget.ts";
import type { Digest } from "../hash.ts";
import { toNextHour } from "../hours.ts";
import type { Clock } from "../ports.ts";
import { compareDevices } from "./addressees.ts";
import type { CardQueues } from "./card-queues.ts";
import type { Elided } from "./elided.ts";
import type { Handover } from "./handover.ts";
import type { LiveLanes } from "./live.ts";
import type { MailboxId } from "./mailbox-id.ts";
import type { Quotas } from "./quotas.ts";
import type { Addressee, MailboxStore } from "./store.ts";

const OK: PostAnswer = { status: "ok" };

type Addressed = { readonly envelope: OutgoingEnvelope; readonly digest: Digest; readonly mailbox: MailboxId };
/** What a post took from its key's allowance, once, even when its work runs twice. */
type Charge = { refund: (() => void) | undefined };
/** Which mailbox got what: the sequence number of a durable envelope. */
export type Kept = { readonly mailbox: MailboxId; readonly sequence: number | undefined };
export type Request = {
  readonly post: Post;
  /** Of the delivery key. */
  readonly key: Digest;
  readonly digests: readonly Digest[];
  readonly charge: Charge;
};
type Examined =
  | { readonly answer: PostAnswer }
  | { readonly answer: undefined; readonly fresh: readonly Addressed[]; readonly keyClass: "contact" | "card" };
export type Placed = { readonly answer: PostAnswer; readonly kept: readonly Kept[]; readonly isByCard: boolean };

type Ports = {
  readonly clock: Clock;
  readonly store: MailboxStore;
  readonly live: LiveLanes;
  readonly elided: Elided;
  readonly quotas: Quotas;
  readonly cards: CardQueues;
  readonly handover: Pick<Handover, "mayBeStored">;
};

/** Where a post goes, or why it does not go there: whom its key reaches, what is known, room and allowance. */
export class Placing {
  readonly #ports: Ports;
  readonly #contactPosts: Budget;
  #lastSequence: number;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#contactPosts = new Budget(ports.clock, DAY_MS, CONTACT_KEY_POSTS_PER_DAY);
    this.#lastSequence = ports.store.lastSequence();
  }

  /** Runs inside a commit, perhaps twice. */
  place(request: Request): Placed {
    const { post, key, charge } = request;
    const addressees = this.#ports.store.addressees(key);
    const placed = this.#placeNew(request, addressees);
    if (placed !== undefined) return placed;
    const examined = this.examine(request, addressees);
    if (examined.answer !== undefined) return answerOnly(examined.answer);
    const { fresh, keyClass } = examined;
    if (fresh.length === 0) return answerOnly(OK);
    const refusal = this.charge(keyClass, key, charge);
    if (refusal !== undefined) return answerOnly({ status: refusal });
    return { answer: OK, kept: this.#keep(post, fresh), isByCard: keyClass === "card" };
  }

  /**
   * Puts what is to be stored, and learns by that whether it is new. `undefined`, with nothing done, where it is not or
   * anything else stands in its way.
   */
  #placeNew({ post, key, digests, charge }: Request, addressees: readonly Addressee[]): Placed | undefined {
    const [first] = addressees;
    if (first === undefined || first.class === "once" || post.lane !== "durable") return undefined;
    if (compareDevices(post.envelopes, addressees) !== undefined) return undefined;
    const addressed = address(post, digests, addressees);
    const isFree = ({ mailbox, envelope: { id, sealed } }: Addressed) =>
      this.#digestInMemory(mailbox, id) === undefined && this.#ports.quotas.hasRoom(mailbox, sealed.length);
    if (!addressed.every(isFree)) return undefined;
    const wasCharged = charge.refund !== undefined;
    if (this.charge(first.class, key, charge) !== undefined) return undefined;
    const kept = this.#keepNew(addressed);
    if (kept !== undefined) return { answer: OK, kept, isByCard: first.class === "card" };
    if (!wasCharged) {
      charge.refund?.();
      charge.refund = undefined;
    }
    return undefined;
  }

  /** All of them, or none. */
  #keepNew(addressed: readonly Addressed[]): readonly Kept[] | undefined {
    const expiresAtMs = toNextHour(this.#ports.clock.nowMs() + ENVELOPE_TTL_MS);
    const kept: { readonly mailbox: MailboxId; readonly sequence: number }[] = [];
    for (const { mailbox, digest, envelope } of addressed) {
      const { id, sealed } = envelope;
      const sequence = this.#ports.store.put({ mailbox, id, digest, sealed, expiresAtMs });
      if (sequence === undefined) {
        for (const before of kept) this.#ports.store.takeAt(before.sequence);
        return undefined;
      }
      kept.push({ mailbox, sequence });
    }
    for (const { mailbox, envelope } of addressed) this.#ports.quotas.change(mailbox, 1, envelope.sealed.length);
    this.#lastSequence = kept.at(-1)?.sequence ?? this.#lastSequence;
    return kept;
  }

  /** What is new of a post and where it goes, or why it does not go there. Changes nothing. */
  examine({ post, key, digests }: Request, addressees: readonly Addressee[]): Examined {
    const [first] = addressees;
    if (first === undefined) return refuse(this.#ports.store.isClaimed(key) ? "claimed" : "unknown-key");
    if (first.class === "once") return refuse("unknown-key");
    if (first.class === "card" && post.lane !== "durable") return refuse("lane");
    const devices = compareDevices(post.envelopes, addressees);
    if (devices !== undefined) return first.class === "card" ? refuse("refetch") : { answer: devices };

    const known = address(post, digests, addressees).map((addressed) => ({
      ...addressed,
      before: this.#digestOf(addressed.mailbox, addressed.envelope.id),
    }));
    const taken = known.filter(({ before, digest }) => before !== undefined && before !== digest);
    if (taken.length > 0) return { answer: { status: "id-taken", taken: taken.map(({ envelope }) => envelope.id) } };
    const fresh = known.filter(({ before }) => before === undefined);
    if (!fresh.every((addressed) => this.#hasRoom(post, addressed))) return refuse("full");
    return { answer: undefined, fresh, keyClass: first.class };
  }

  #digestOf(mailbox: MailboxId, id: EnvelopeId): Digest | undefined {
    const inMemory = this.#digestInMemory(mailbox, id);
    if (inMemory !== undefined) return inMemory;
    return this.#ports.handover.mayBeStored(mailbox, id)
      ? this.#ports.store.digestOf(mailbox, id)
      : this.#ports.store.collectedDigestOf(mailbox, id);
  }

  #digestInMemory(mailbox: MailboxId, id: EnvelopeId): Digest | undefined {
    return this.#ports.live.digestOf(mailbox, id) ?? this.#ports.elided.digestOf(mailbox, id);
  }

  #hasRoom(post: Post, { mailbox, envelope }: Addressed): boolean {
    const bytes = envelope.sealed.length;
    if (post.lane !== "durable") return this.#ports.live.hasRoom(mailbox, bytes);
    return this.#ports.quotas.hasRoom(mailbox, bytes);
  }

  /** Takes one from the allowance of a key, once, even when its work runs twice. Answers why not. */
  charge(keyClass: "contact" | "card", key: string, charge: Charge): "budget" | "full" | undefined {
    if (charge.refund !== undefined) return undefined;
    if (keyClass === "contact") {
      if (!this.#contactPosts.spend(key)) return "budget";
      charge.refund = () => this.#contactPosts.refund(key);
    } else {
      if (!this.#ports.cards.enter(key)) return "full";
      charge.refund = () => this.#ports.cards.leave(key);
    }
    return undefined;
  }

  #keep({ lane }: Post, fresh: readonly Addressed[]): readonly Kept[] {
    if (lane === "durable") {
      const kept = this.#keepNew(fresh);
      if (kept === undefined) throw new Error("what was new is known");
      return kept;
    }
    return fresh.map(({ mailbox, digest, envelope: { id, sealed } }) => {
      this.#ports.live.put(mailbox, { id, lane, sealed, digest, after: this.#lastSequence });
      return { mailbox, sequence: undefined };
    });
  }
}

function address(post: Post, digests: readonly Digest[], addressees: readonly Addressee[]): Addressed[] {
  const addressed: Addressed[] = [];
  for (const [i, envelope] of post.envelopes.entries()) {
    const addressee = addressees.find(({ deviceId }) => deviceId === envelope.deviceId);
    const digest = digests[i];
    if (addressee !== undefined && digest !== undefined) {
      addressed.push({ envelope, digest, mailbox: addressee.mailbox });
    }
  }
  return addressed;
}

function answerOnly(answer: PostAnswer): Placed {
  return { answer, kept: [], isByCard: false };
}

function refuse(status: PostRefusal): { readonly answer: PostAnswer } {
  return { answer: { status } };
}
