import { SteppedClock } from "@tacit/web/core/testing/stepped-clock";

/** Time that moves only when told: every client and the relay of a world share one. */
export class FakeClock extends SteppedClock {
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
