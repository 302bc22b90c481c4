import type { Clock } from "@tacit/web/core/ports/clock";
import { useEffect, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";

/** What can wait waits no longer than this for a browser that has time. */
const LONGEST_MS = 500;

/**
 * False while something is drawn first; true once it is there for `settledMs` and the browser has had time to spare. For
 * what nobody misses before.
 */
export function useSpareTime(settledMs = 0): boolean {
  const { clock } = useSurroundings();
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    const wait = () => whenIdle(clock, () => setThere(true));
    if (settledMs === 0) return wait();
    let cancel = clock.after(settledMs, () => {
      cancel = wait();
    });
    return () => cancel();
  }, [clock, settledMs]);
  return isThere;
}

function whenIdle(clock: Clock, act: () => void): () => void {
  // Safari does not say.
  if (!("requestIdleCallback" in globalThis)) return clock.after(LONGEST_MS, act);
  const request = requestIdleCallback(act, { timeout: LONGEST_MS });
  return () => cancelIdleCallback(request);
}
