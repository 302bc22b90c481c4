import { CARD_KEY_QUEUE, HOUR_MS } from "@tacit/shared/limits";
import { toNextHour } from "../hours.ts";
import type { Clock } from "../ports.ts";
import { type MailboxId, nameOf } from "./mailbox-id.ts";

/** One post under a card key, until every envelope of it has left its mailbox. */
type Place = { readonly key: string; left: number };
type Kept = { readonly sequence: number; readonly mailbox: MailboxId };

/**
 * How many posts of a card key wait to be collected. The place of one that was is free with the next full hour: else
 * whoever has a card would see by each answer whether its owner is connected. In memory only, because nothing on the disk
 * may tie an envelope to the key that brought it; a restart lets each key begin again.
 */
export class CardQueues {
  readonly #clock: Clock;
  readonly #lengths = new Map<string, number>();
  readonly #places = new Map<number, { readonly place: Place; readonly mailbox: string }>();
  /** Keys that get a place back, and when. */
  readonly #leaving: { readonly key: string; readonly freeAtMs: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether there was a place left; if so it is taken until `leave` or `left`. */
  enter(key: string): boolean {
    this.#free();
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
    if (kept.place.left > 0) return;
    this.#leaving.push({ key: kept.place.key, freeAtMs: toNextHour(this.#clock.nowMs() + 1) });
  }

  /** A mailbox is gone with all that was in it. */
  forget(mailbox: MailboxId): void {
    const name = nameOf(mailbox);
    for (const [sequence, kept] of this.#places) if (kept.mailbox === name) this.left(sequence);
  }

  #free(): void {
    const nowMs = this.#clock.nowMs();
    // A clock that was set back makes nobody wait longer.
    const isFree = (freeAtMs: number) => freeAtMs <= nowMs || freeAtMs > nowMs + HOUR_MS;
    for (let [next] = this.#leaving; next !== undefined && isFree(next.freeAtMs); [next] = this.#leaving) {
      this.#leaving.shift();
      this.leave(next.key);
    }
  }
}
