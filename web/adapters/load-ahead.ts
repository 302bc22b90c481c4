import { MINUTE_MS } from "@tacit/shared/limits";
import type { Clock } from "../core/ports/clock.ts";

/** What something seldom that comes in is taken in with. */
const SELDOM = [() => import("../core/calls/calls.ts"), () => import("../core/gaps.ts")];

/**
 * Loads a minute after the start what a page does without until then: later a newer version of the app may have taken its
 * place, in this browser or at the relay, and what comes in would have to wait until the page is loaded again.
 */
export function loadAhead(clock: Clock, loads: readonly (() => Promise<unknown>)[] = SELDOM): void {
  clock.after(MINUTE_MS, () => {
    for (const load of loads) load().catch(() => undefined);
  });
}
