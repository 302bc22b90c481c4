import { DAY_MS, MINUTE_MS } from "@tacit/shared/limits";
import type { Clock } from "./ports/clock.ts";

/** Further apart than this, one of the two is wrong. */
const TOLERANCE_MS = 10 * MINUTE_MS;

/**
 * Our clock beside the relay's. Nobody can tell from here which of two is wrong, and the relay may lie. So while they
 * disagree each question is put to the one whose mistake costs less: what could be lost goes by the earlier time, what
 * could be trusted too long by the later. docs/PROTOCOL.md §7.1.
 */
export class TwoClocks {
  readonly #clock: Clock;
  #aheadMs = 0;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The relay said its time just now. Answers whether that changes what `aheadMs` says. */
  heard(relayMs: number): boolean {
    const before = this.aheadMs;
    this.#heardMs = relayMs;
    this.#aheadMs = this.#clock.nowMs() - relayMs;
    return this.aheadMs !== before;
  }

  /** By how much ours is ahead of the relay's; `undefined` where they agree. */
  get aheadMs(): number | undefined {
    return Math.abs(this.#aheadMs) > TOLERANCE_MS ? this.#aheadMs : undefined;
  }

  /** Now by the relay's clock: what it keeps, it keeps by that. Never before what it said last, if ours went back since. */
  relayMs(): number {
    return Math.max(this.#heardMs, this.#clock.nowMs() - this.#aheadMs);
  }

  /**
   * Whether what is done every `everyMs`, and last at `lastMs` by our clock, is due. By our clock alone: whoever says
   * another time must not stop it. What was done at a time that is still to come is due again at once, but only while
   * the clocks agree: ours may be the one that went back.
   */
  isDue(lastMs: number, everyMs: number): boolean {
    const ageMs = this.#clock.nowMs() - lastMs;
    return ageMs >= everyMs || (this.aheadMs === undefined && ageMs < -DAY_MS);
  }

  earliestMs(): number {
    return this.#clock.nowMs() - Math.max(0, this.aheadMs ?? 0);
  }

  /** Never before what the relay said last: ours may have gone back since. */
  latestMs(): number {
    return Math.max(this.#heardMs, this.#clock.nowMs() - Math.min(0, this.aheadMs ?? 0));
  }

  /** The day by which rows are filed that are kept for some days; `prune` takes them out by the earlier time. */
  latestDay(): number {
    return Math.floor(this.latestMs() / DAY_MS);
  }
}
