import { useEffect, useRef } from "react";
import { paths } from "../app/paths.ts";
import { isFocusLost } from "./regions.ts";

/** After a change of place the focus is never nowhere: it is in the new place, or back on the row that led away. */
export function useArrival(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    const from = before.current;
    before.current = path;
    if (from === path || !isFocusLost()) return;
    const main = document.getElementById("main");
    const row = document.querySelector<HTMLElement>(`nav a[href="#${CSS.escape(from)}"]`);
    const goal =
      path === paths.list && main?.checkVisibility() !== true ? (row ?? document.querySelector("nav")) : main;
    goal?.focus();
  }, [path]);
}
