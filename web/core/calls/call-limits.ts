import { SECOND_MS } from "@tacit/shared/limits";
import { Allowances } from "../allowances.ts";

/**
 * What contacts may say of calls before it is dropped. Far above what a call needs: a network that changes every two
 * seconds makes about four signals each time.
 */
export function callLimits() {
  return {
    signals: new Allowances({
      each: { atOnce: 120, everyMs: SECOND_MS / 5 },
      all: { atOnce: 480, everyMs: SECOND_MS / 20 },
    }),
    /** What rings beyond this is a missed call at once. */
    rings: new Allowances({
      each: { atOnce: 6, everyMs: 30 * SECOND_MS },
      all: { atOnce: 60, everyMs: 5 * SECOND_MS },
    }),
  };
}
