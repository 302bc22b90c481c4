import { SECOND_MS } from "@tacit/shared/limits";
import { useEffect, useState } from "react";
import { useSurroundings } from "./surroundings.ts";

const QUIET_MS = 3 * SECOND_MS;

/** Whether a newer version is ready, and nobody is in the middle of typing: what is said then disturbs nobody. */
export function useUpdate(): boolean {
  const { updates, clock } = useSurroundings();
  const [isReady, setReady] = useState(false);
  const [isQuiet, setQuiet] = useState(false);
  useEffect(() => updates.watch(setReady), [updates]);
  useEffect(() => {
    if (!isReady || isQuiet) return;
    const wait = () => clock.after(QUIET_MS, () => setQuiet(true));
    let cancel = wait();
    const onInput = () => {
      cancel();
      cancel = wait();
    };
    document.addEventListener("input", onInput);
    return () => {
      cancel();
      document.removeEventListener("input", onInput);
    };
  }, [clock, isReady, isQuiet]);
  return isReady && isQuiet;
}
