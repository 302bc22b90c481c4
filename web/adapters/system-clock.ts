import type { Clock } from "../core/ports/clock.ts";

/** `setTimeout` keeps 31 bits of milliseconds; a longer wait is made of several. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(ms, callback) {
    let timer: ReturnType<typeof setTimeout>;
    wait(Math.max(0, ms));
    return () => clearTimeout(timer);

    function wait(leftMs: number): void {
      const nowMs = Math.min(leftMs, MAX_TIMEOUT_MS);
      timer = setTimeout(() => (leftMs > nowMs ? wait(leftMs - nowMs) : callback()), nowMs);
    }
  },
};
