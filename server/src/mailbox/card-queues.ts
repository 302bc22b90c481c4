import { CARD_KEY_QUEUE } from "@tacit/shared/limits";
import { type MailboxId, nameOf } from "./mailbox-id.ts";

/** One post under a card key, until every envelope of it has left its mailbox. */
type Place = { readonly key: string; left: number };
type Kept = { readonly sequence: number; readonly mailbox: MailboxId };

/**
 * How many posts of a card key wait to be collected. In memory only, because nothing on the disk may tie an envelope to
 * the key that brought it; a restart lets each key begin again.
 */
export class CardQueues {
  readonly #lengths = new Map<string, number>();
  readonly #places = new Map<number, { readonly place: Place; readonly mailbox: string }>();

  /** Whether there was a place left; if so it is taken until `leave` or `left`. */
  enter(key: string): boolean {
    const length = this.#lengths.get(key) ?? 0;
    if (length >= CARD_KEY_QUEUE) return false;
    this.#lengths.set(key, length + 1);
    return true;
  }

  leave(key: string): void {
    const length = this.#lengths.get(key) ?? 0;
    if (length > 1) this.#lengths.set(key, length - 1);
    else this.#lengths.delete(key);
  }

  /** The envelopes that the place is kept for. */
  keep(key: string, envelopes: readonly Kept[]): void {
    const place = { key, left: envelopes.length };
    for (const { sequence, mailbox } of envelopes) this.#places.set(sequence, { place, mailbox: nameOf(mailbox) });
  }

  /** An envelope was collected or expired. */
  left(sequence: number): void {
    const kept = this.#places.get(sequence);
    if (kept === undefined) return;
    this.#places.delete(sequence);
    kept.place.left--;
    if (kept.place.left === 0) this.leave(kept.place.key);
  }

  /** A mailbox is gone with all that was in it. */
  forget(mailbox: MailboxId): void {
    const name = nameOf(mailbox);
    for (const [sequence, kept] of this.#places) if (kept.mailbox === name) this.left(sequence);
  }
}
