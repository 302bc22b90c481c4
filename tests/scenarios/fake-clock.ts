import { SteppedClock } from "@tacit/web/core/testing/stepped-clock";

/** Time that moves only when told: every client and the relay of a world share one. */
export class FakeClock extends SteppedClock {
  /**
   * Lets time pass, a quarter of a second every few milliseconds, until `action` is done. Smaller steps are for what a
   * signal that is late is not there for.
   */
  async passing<Value>(action: () => Promise<Value>, stepMs = 250): Promise<Value> {
    const moving = setInterval(() => this.advance(stepMs), 5);
    try {
      return await action();
    } finally {
      clearInterval(moving);
    }
  }
}
