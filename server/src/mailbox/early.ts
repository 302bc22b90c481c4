import type { Bytes } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import { KIB } from "@tacit/shared/limits";
import type { Deferred } from "../db/group-commit.ts";
import { type Digest, mapKey } from "../hash.ts";
import { type MailboxId, nameOf } from "./mailbox-id.ts";

export type EarlyEnvelope = {
  readonly mailbox: MailboxId;
  readonly id: EnvelopeId;
  readonly digest: Digest;
  readonly sealed: Bytes;
};
/** A post that may be handed over before it is on the disk. */
export type EarlyPost = {
  readonly envelopes: readonly EarlyEnvelope[];
  /** Those of them that were collected meanwhile. */
  readonly collected: EarlyEnvelope[];
};
type Entry = { readonly post: EarlyPost; readonly envelope: EarlyEnvelope; readonly work: Deferred<unknown> };
type OfMailbox = { readonly entries: Map<string, Entry>; bytes: number };

/** So much may be on its way to one device; what comes after it goes by the disk. */
const MAX_OF_ONE = 100;
const MAX_BYTES_OF_ONE = 1_024 * KIB;

/** The posts that are neither on the disk nor collected yet. Each is here for some milliseconds. */
export class EarlyPosts {
  readonly #byMailbox = new Map<string, OfMailbox>();

  hasRoom(mailbox: MailboxId, bytes: number): boolean {
    const known = this.#byMailbox.get(nameOf(mailbox));
    return known === undefined || (known.entries.size < MAX_OF_ONE && known.bytes + bytes <= MAX_BYTES_OF_ONE);
  }

  /** What is on its way to a mailbox. */
  usage(mailbox: MailboxId): { readonly envelopes: number; readonly bytes: number } {
    const known = this.#byMailbox.get(nameOf(mailbox));
    return { envelopes: known?.entries.size ?? 0, bytes: known?.bytes ?? 0 };
  }

  has(mailbox: MailboxId, id: EnvelopeId): boolean {
    return this.#byMailbox.get(nameOf(mailbox))?.entries.has(mapKey(id)) === true;
  }

  isEmpty(mailbox: MailboxId): boolean {
    return !this.#byMailbox.has(nameOf(mailbox));
  }

  /** `work` puts the post on the disk, unless it is collected first. */
  add(post: EarlyPost, work: Deferred<unknown>): void {
    for (const envelope of post.envelopes) {
      const name = nameOf(envelope.mailbox);
      const known = this.#byMailbox.get(name) ?? { entries: new Map<string, Entry>(), bytes: 0 };
      known.entries.set(mapKey(envelope.id), { post, envelope, work });
      known.bytes += envelope.sealed.length;
      this.#byMailbox.set(name, known);
    }
  }

  /**
   * `undefined`: none of these. Else the envelopes that need not be written any more: all of the post if this was the
   * last of it, none before.
   */
  collect(mailbox: MailboxId, id: EnvelopeId): readonly EarlyEnvelope[] | undefined {
    const entry = this.#byMailbox.get(nameOf(mailbox))?.entries.get(mapKey(id));
    if (entry === undefined || entry.work.isDone) return undefined;
    const { post, envelope, work } = entry;
    if (!post.collected.includes(envelope)) post.collected.push(envelope);
    if (post.collected.length < post.envelopes.length) return [];
    work.withdraw();
    this.end(post);
    return post.envelopes;
  }

  /** It is on the disk, or will not be. */
  end({ envelopes }: EarlyPost): void {
    for (const { mailbox, id, sealed } of envelopes) {
      const name = nameOf(mailbox);
      const known = this.#byMailbox.get(name);
      if (known?.entries.delete(mapKey(id)) !== true) continue;
      known.bytes -= sealed.length;
      if (known.entries.size === 0) this.#byMailbox.delete(name);
    }
  }

  /** What is on its way to this mailbox goes to the disk before anything that comes now. */
  hurry(mailbox: MailboxId): void {
    for (const { work } of this.#byMailbox.get(nameOf(mailbox))?.entries.values() ?? []) work.hurry();
  }
}
