import type { Clock } from "@tacit/web/core/ports/clock";
import type { Random } from "@tacit/web/core/ports/random";

/** Time and chance of this browser, for main.tsx. */
export const browserClock: Clock = {
  nowMs: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export const browserRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
