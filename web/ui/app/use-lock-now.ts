import { useCallback } from "react";
import { useSurroundings } from "./surroundings.ts";

/** Said on the window before keys are forgotten by hand: whoever holds unsaved words stores them now. */
export const LEAVING = "tacit-leaving";

/** Locks, after what was typed a moment ago is stored. */
export function useLockNow(): () => void {
  const { client, perform } = useSurroundings();
  return useCallback(() => {
    dispatchEvent(new Event(LEAVING));
    perform(client.lock());
  }, [client, perform]);
}
