import { useEffect, useRef } from "react";
import { paths } from "../app/paths.ts";
import { isFocusLost } from "./regions.ts";

/**
 * After a change of place the focus is never nowhere: it is in the new place, or back on the row that led away.
 * `isUnlocked`: to have come here at all is one.
 */
export function useArrival(path: string, isUnlocked: boolean): void {
  const before = useRef(isUnlocked ? undefined : path);
  useEffect(() => {
    const from = before.current;
    before.current = path;
    if (from === path || !isFocusLost()) return;
    const main = document.getElementById("main");
    const row = from === undefined ? null : document.querySelector<HTMLElement>(`nav a[href="#${CSS.escape(from)}"]`);
    const goal =
      path === paths.list && main?.checkVisibility() !== true ? (row ?? document.querySelector("nav")) : main;
    goal?.focus();
  }, [path]);
}
