import { CARD_KEY_QUEUE } from "@tacit/shared/limits";

/** One post under a card key, until every envelope of it has left its mailbox. */
type Place = { readonly key: string; left: number };

/**
 * How many posts of a card key wait to be collected. In memory only, because nothing on the disk may tie an envelope to
 * the key that brought it; a restart lets each key begin again.
 */
export class CardQueues {
  readonly #lengths = new Map<string, number>();
  readonly #places = new Map<number, Place>();

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
  keep(key: string, sequences: readonly number[]): void {
    const place = { key, left: sequences.length };
    for (const sequence of sequences) this.#places.set(sequence, place);
  }

  /** An envelope was collected or expired. */
  left(sequence: number): void {
    const place = this.#places.get(sequence);
    if (place === undefined) return;
    this.#places.delete(sequence);
    place.left--;
    if (place.left === 0) this.leave(place.key);
  }
}
