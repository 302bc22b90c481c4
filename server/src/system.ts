import { randomFillSync } from "node:crypto";
import type { Clock, Random } from "./ports.ts";

/** The machine's clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};

export const systemRandom: Random = (length) => randomFillSync(new Uint8Array(length));
