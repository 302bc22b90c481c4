import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from "react";

/**
 * Keeps the end of the conversation in view while its reader is there, when another end comes (`endKey`) and when the room
 * for it changes: a keyboard, a reply, a growing draft, another window. The reader leaves the end by scrolling up and comes back within `nearPx` of it. A
 * conversation that opens elsewhere stays there until the reader does something. Answers what `onScroll` calls.
 */
export function useEnd(
  scroller: RefObject<HTMLElement | null>,
  opensAtEnd: boolean,
  endKey: string | undefined,
  nearPx: number,
  toEnd: () => void,
): (element: HTMLElement) => void {
  const isAtEnd = useRef(opensAtEnd);
  const isOpening = useRef(!opensAtEnd);
  const top = useRef(0);

  const look = useCallback(
    (element: HTMLElement) => {
      const isUpward = element.scrollTop < top.current;
      top.current = element.scrollTop;
      const distance = element.scrollHeight - element.clientHeight - element.scrollTop;
      if (distance < nearPx) isAtEnd.current = true;
      else if (isUpward) isAtEnd.current = false;
    },
    [nearPx],
  );

  // A page that is full loses a row at its start for each that comes: nothing else would see that it is longer.
  const shownKey = useRef(endKey);
  useLayoutEffect(() => {
    if (endKey === shownKey.current) return;
    shownKey.current = endKey;
    if (endKey !== undefined && isAtEnd.current) toEnd();
  }, [endKey, toEnd]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const settle = () => {
      isOpening.current = false;
    };
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current && !isOpening.current) toEnd();
      else look(element);
    });
    observer.observe(element);
    addEventListener("pointerdown", settle, { capture: true });
    addEventListener("keydown", settle, { capture: true });
    return () => {
      observer.disconnect();
      removeEventListener("pointerdown", settle, { capture: true });
      removeEventListener("keydown", settle, { capture: true });
    };
  }, [scroller, look, toEnd]);

  return look;
}
