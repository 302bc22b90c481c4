import type { Random } from "@tacit/web/core/ports/random";

const RANGE = 0x10000;

/** A uniform integer from 0 to `limit` - 1, `limit` at most 2^16: draws above the last whole multiple are drawn again. */
export function below(limit: number, random: Random): number {
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const drawn = (high << 8) | low;
    if (drawn < RANGE - (RANGE % limit)) return drawn % limit;
  }
}
