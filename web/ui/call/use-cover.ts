import { type RefObject, useEffect } from "react";
import { isFocusLost } from "../keyboard/regions.ts";

/**
 * The call lies over everything: keys do not reach what nobody sees meanwhile. Afterwards the focus is where it was.
 * `isEnded`: what was pressed last is gone, and the call says how it ended.
 */
export function useCover(screen: RefObject<HTMLElement | null>, isEnded: boolean): void {
  useEffect(() => {
    const behind = document.getElementById("shell");
    const before = document.activeElement;
    screen.current?.focus();
    behind?.toggleAttribute("inert", true);
    return () => {
      behind?.toggleAttribute("inert", false);
      if (!isFocusLost()) return;
      const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
      (isThere ? before : document.getElementById("main"))?.focus();
    };
  }, [screen]);

  useEffect(() => {
    if (isEnded && isFocusLost()) screen.current?.focus();
  }, [screen, isEnded]);
}
