import { type PointerEvent, type ReactNode, useRef, useState } from "react";
import css from "./DraggableTile.module.css";

type Corner = "start-top" | "end-top" | "start-bottom" | "end-bottom";
/** Less is a press. */
const DRAG_PX = 6;

type DraggableTileProps = {
  readonly label: string;
  readonly children: ReactNode;
  readonly onPress?: (() => void) | undefined;
};

/** A small picture in a corner of its place, and in another one where it is dragged to. */
export function DraggableTile({ label, children, onPress }: DraggableTileProps) {
  const [corner, setCorner] = useState<Corner>("end-top");
  const [offset, setOffset] = useState<readonly [number, number]>();
  const from = useRef<readonly [number, number]>(undefined);
  const wasDragged = useRef(false);

  function move(event: PointerEvent) {
    if (from.current === undefined) return;
    const [x, y] = [event.clientX - from.current[0], event.clientY - from.current[1]];
    if (offset !== undefined || Math.hypot(x, y) > DRAG_PX) setOffset([x, y]);
  }

  function drop(event: PointerEvent) {
    from.current = undefined;
    if (offset === undefined) return;
    wasDragged.current = true;
    setOffset(undefined);
    const isRtl = document.dir === "rtl";
    const isStart = event.clientX < window.innerWidth / 2 !== isRtl;
    setCorner(`${isStart ? "start" : "end"}-${event.clientY < window.innerHeight / 2 ? "top" : "bottom"}`);
  }

  return (
    <button
      type="button"
      className={css["tile"]}
      aria-label={label}
      data-corner={corner}
      style={offset && { translate: `${offset[0]}px ${offset[1]}px` }}
      onPointerDown={(event) => {
        from.current = [event.clientX, event.clientY];
        wasDragged.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={drop}
      onPointerCancel={() => {
        from.current = undefined;
        setOffset(undefined);
      }}
      onClick={() => !wasDragged.current && onPress?.()}
    >
      {children}
    </button>
  );
}
