import { SteppedClock } from "@tacit/web/core/testing/stepped-clock";

/** Time that moves only when told: every client and the relay of a world share one. */
export class FakeClock extends SteppedClock {
export class FakeClock implements Clock {
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

  /** Lets time pass, a quarter of a second every few milliseconds, until `action` is done. */
  async passing<Value>(action: () => Promise<Value>): Promise<Value> {
    const moving = setInterval(() => this.advance(250), 5);
    try {
      return await action();
    } finally {
      clearInterval(moving);
    }
  }
}
