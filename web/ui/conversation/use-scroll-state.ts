import type { Virtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { keyOf, type TimelineItem } from "./timeline-items.ts";
import type { MessageWindow } from "./use-messages.ts";

/** From here on "Jump to latest" is offered. */
const FAR_PX = 400;
/** Nearer to the end than this, new messages are followed. */
export const NEAR_PX = 100;
/** Nearer to the start of the page than this, older messages are loaded, and newer ones as near to its end. */
const MORE_PX = 2_000;
/** What stands above the first message of a page. */
const START_PX = 64;

type Day = Extract<TimelineItem, { kind: "day" }>;
type Scrolled = Virtualizer<HTMLDivElement, HTMLLIElement>;

/** Where the reader is: how far from the end, what arrived below since, and whose day it is at the top edge. */
export function useScrollState(
  virtual: Scrolled,
  items: readonly TimelineItem[],
  { page, newest }: MessageWindow,
  followEnd: (scroller: HTMLElement) => void,
  { onOlder, onNewer }: { readonly onOlder: () => void; readonly onNewer: () => void },
) {
  const isNewest = page === newest;
  const last = newest.rows.at(-1);
  const lastKey = last && keyOf(last);
  const [isFar, setFar] = useState(false);
  const [seenKey, setSeenKey] = useState(lastKey);
  const [day, setDay] = useState<Day>();
  const top = useRef(0);

  function look() {
    const distance = distanceFromEnd(virtual);
    setFar(distance > FAR_PX);
    if (isNewest && distance < NEAR_PX) setSeenKey(lastKey);
    setDay(dayAtTop(virtual, items));
  }

  function onScroll({ currentTarget }: React.UIEvent<HTMLElement>) {
    const { scrollTop } = currentTarget;
    followEnd(currentTarget);
    look();
    if (scrollTop < top.current && scrollTop < MORE_PX) onOlder();
    // What is in view holds its place when older rows come; the day above the first row is gone then.
    if (scrollTop < START_PX && page.hasMore) currentTarget.scrollTop = START_PX;
    if (scrollTop > top.current && !isNewest && distanceFromEnd(virtual) < MORE_PX) onNewer();
    top.current = scrollTop;
  }

  // Rows that turn out taller than expected move the end without a scroll.
  useLayoutEffect(look);

  const newCount = useMemo(() => {
    const seen = newest.rows.findLastIndex((row) => keyOf(row) === seenKey);
    if (seen < 0) return 0;
    return newest.rows.slice(seen + 1).filter((row) => row.kind === "text" && !row.isMine).length;
  }, [newest, seenKey]);
  return { isFar, newCount, day, onScroll, look };
}

/** As the list has it: to ask the page would have it laid out in the midst of a frame. */
function distanceFromEnd(virtual: Scrolled): number {
  return virtual.getTotalSize() - (virtual.scrollRect?.height ?? 0) - (virtual.scrollOffset ?? 0);
}

/** The day of what stands at the top edge, unless its divider is there itself. */
function dayAtTop(virtual: Scrolled, items: readonly TimelineItem[]): Day | undefined {
  const mostPx = virtual.getTotalSize() - (virtual.scrollRect?.height ?? 0);
  // What is shorter than its room is never scrolled, and the list goes on believing where it was to open.
  const offset = Math.min(virtual.scrollOffset ?? 0, mostPx);
  const top = offset < 8 ? undefined : virtual.getVirtualItemForOffset(offset + 8)?.index;
  if (top === undefined || items[top]?.kind === "day") return undefined;
  for (let at = top; at >= 0; at--) {
    const item = items[at];
    if (item?.kind === "day") return item;
  }
  return undefined;
}
