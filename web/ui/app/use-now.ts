import { MINUTE_MS } from "@tacit/shared/limits";
import { useEffect, useState } from "react";
import { useSurroundings } from "./surroundings.ts";

/** The time, refreshed each minute: for texts such as "5m". */
export function useNow(): number {
  const { clock } = useSurroundings();
  const [nowMs, setNowMs] = useState(() => clock.nowMs());
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new minute waits for the next.
  useEffect(() => clock.after(MINUTE_MS, () => setNowMs(clock.nowMs())), [clock, nowMs]);
  return nowMs;
}
