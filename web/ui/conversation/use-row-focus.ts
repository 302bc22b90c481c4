import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { TimelineItem } from "./timeline-items.ts";

/** One message takes the focus at a time; the arrow keys, Home and End move it, also to rows that are not drawn yet. */
export function useRowFocus(
  scroller: RefObject<HTMLElement | null>,
  items: readonly TimelineItem[],
  reveal: (index: number) => void,
) {
  const [chosen, setChosen] = useState<string>();
  const isMoving = useRef(false);
  const rows = useMemo(
    () => items.flatMap((item, index) => (item.kind === "row" ? [{ key: item.key, index }] : [])),
    [items],
  );
  const at = chosen === undefined ? -1 : rows.findIndex(({ key }) => key === chosen);
  const key = at < 0 ? rows.at(-1)?.key : chosen;

  useEffect(() => {
    if (!isMoving.current || key === undefined) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-message-key="${CSS.escape(key)}"]`);
    if (row == null) return;
    isMoving.current = false;
    row.focus({ preventScroll: true });
  });

  function onKeyDown(event: React.KeyboardEvent) {
    if (!(event.target instanceof HTMLElement) || event.target.dataset["messageKey"] === undefined) return;
    const next = rows[target(event.key, at < 0 ? rows.length - 1 : at, rows.length)];
    if (next === undefined) return;
    event.preventDefault();
    isMoving.current = true;
    setChosen(next.key);
    reveal(next.index);
  }

  return { key, onKeyDown, onFocus: setChosen };
}

function target(pressed: string, at: number, length: number): number {
  switch (pressed) {
    case "ArrowUp":
      return Math.max(at - 1, 0);
    case "ArrowDown":
      return Math.min(at + 1, length - 1);
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return -1;
  }
}
