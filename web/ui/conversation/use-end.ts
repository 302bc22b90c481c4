import { type RefObject, useCallback, useEffect, useRef } from "react";

/**
 * Keeps the end of the conversation in view while its reader is there and the room for it changes: a keyboard, a reply,
 * a growing draft, another window. The reader leaves the end by scrolling up and comes back within `nearPx` of it. A
 * conversation that opens elsewhere stays there until the reader does something. Answers what `onScroll` calls.
 */
export function useEnd(
  scroller: RefObject<HTMLElement | null>,
  opensAtEnd: boolean,
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
