import type { Clock } from "../ports/clock.ts";

type Timer = { readonly atMs: number; readonly order: number; readonly callback: () => void };

/** Time that moves only when told. */
export class SteppedClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How long until something falls due; `undefined` where nothing ever does. */
  msToNext(): number | undefined {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next && Math.max(0, next.atMs - this.#nowMs);
  }

  /** Moves time on, calling back what falls due, in order. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }

  /** Time goes on while nothing runs: a device that sleeps. What fell due meanwhile is called back late. */
  sleep(ms: number): void {
    this.#nowMs += ms;
    this.advance(0);
  }

  #next(endMs: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs > endMs) continue;
      const isEarlier =
        earliest === undefined ||
        timer.atMs < earliest.atMs ||
        (timer.atMs === earliest.atMs && timer.order < earliest.order);
      if (isEarlier) earliest = timer;
    }
    return earliest;
  }
}
