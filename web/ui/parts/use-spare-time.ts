import { useEffect, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";

/** What can wait waits no longer than this. */
const LONGEST_MS = 500;

/** False while something is drawn first, true once the browser has had time to spare: for what nobody misses before. */
export function useSpareTime(): boolean {
  const { clock } = useSurroundings();
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    const come = () => setThere(true);
    // Safari has none.
    if (!("requestIdleCallback" in globalThis)) return clock.after(LONGEST_MS, come);
    const request = requestIdleCallback(come, { timeout: LONGEST_MS });
    return () => cancelIdleCallback(request);
  }, [clock]);
  return isThere;
}
