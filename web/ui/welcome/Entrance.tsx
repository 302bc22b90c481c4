import type { ReactNode } from "react";
import { Wordmark } from "../parts/Wordmark.tsx";
import css from "./Entrance.module.css";

/** The frame of every screen before the messenger is open: one column, and a quiet staff with a rest beside it. */
export function Entrance({
  title,
  text,
  children,
}: {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={css["entrance"]}>
      <main className={css["column"]} tabIndex={-1}>
        <Wordmark size={34} />
        <div className={css["head"]}>
          <h1 className={css["title"]}>{title}</h1>
          {text !== undefined && <p className={css["text"]}>{text}</p>}
        </div>
        {children}
      </main>
      <Staff />
    </div>
  );
}

/** Speech bubbles for notes, and one rest. */
function Staff() {
  return (
    <svg className={css["staff"]} viewBox="0 0 600 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path className={css["lines"]} d="M0 322H600M0 382H600M0 442H600M0 502H600M0 562H600" />
      {NOTES.map(({ x, y, look }) => (
        <path key={x} className={css[look]} d={BUBBLE} transform={`translate(${x} ${y}) scale(0.95)`} />
      ))}
      <path className={css["rest"]} d="M300 382h84v24a6 6 0 0 1-6 6h-72a6 6 0 0 1-6-6Z" />
    </svg>
  );
}

const BUBBLE = "M32 3c16 0 29 12.500 29 28.500S48 60 32 60H7a4 4 0 0 1-4-4V31.500C3 15.500 16 3 32 3Z";
const NOTES = [
  { x: 70, y: 532, look: "note" },
  { x: 136, y: 472, look: "note" },
  { x: 202, y: 442, look: "answer" },
  { x: 424, y: 352, look: "note" },
  { x: 490, y: 412, look: "answer" },
] as const;
