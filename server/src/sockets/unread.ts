import { KIB } from "@tacit/shared/limits";

const MAX_OF_ALL_BYTES = 64 * KIB * KIB;
/** After so much was let go nobody is counted again for a while. */
const RELIEF = 3 / 4;

/** The TCP socket of whoever sends. */
export type Sender = { destroy(): void };

/**
 * What has come of messages and requests that are not whole yet. One alone is small, and may come as slowly as a phone
 * sends it; where all together hold too much of our memory, those with the most are cut off.
 */
export class Unread {
  readonly #maxOfAll: number;
  readonly #held = new Map<Sender, number>();
  #sum = 0;

  constructor(maxOfAll = MAX_OF_ALL_BYTES) {
    this.#maxOfAll = maxOfAll;
  }

  came(sender: Sender, bytes: number): void {
    this.#held.set(sender, (this.#held.get(sender) ?? 0) + bytes);
    this.#sum += bytes;
    if (this.#sum > this.#maxOfAll) this.#relieve();
  }

  /** What came of this one is dealt with, or it is gone. */
  read(sender: Sender): void {
    this.#sum -= this.#held.get(sender) ?? 0;
    this.#held.delete(sender);
  }

  #relieve(): void {
    for (const [sender] of [...this.#held].sort(([, a], [, b]) => b - a)) {
      if (this.#sum <= this.#maxOfAll * RELIEF) return;
      this.read(sender);
      sender.destroy();
    }
  }
}
