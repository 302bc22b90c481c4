import type { Mark } from "@tacit/web/core/views";
import css from "./MarkIcon.module.css";

/** How far a message came. Six shapes, not only six colours; the text for it stands beside the icon. */
export function MarkIcon({ mark }: { readonly mark: Mark }) {
  return (
    <svg viewBox="0 0 16 16" className={css["mark"]} data-mark={mark} aria-hidden="true">
      {SHAPES[mark]}
    </svg>
  );
}

const SHAPES = {
  waiting: <path d="M8 2.200a5.800 5.800 0 1 0 .01 0M8 4.900V8l2.100 1.500" />,
  sent: <circle cx="8" cy="8" r="5.800" />,
  delivered: <path d="M8 2.200a5.800 5.800 0 1 0 .01 0M5.300 8.200l1.900 1.900 3.500-3.900" />,
  read: (
    <>
      <circle cx="8" cy="8" r="6.500" className={css["full"]} />
      <path d="M5 8.200l2.100 2.100 3.900-4.300" className={css["tick"]} />
    </>
  ),
  expired: <path d="M8 2.200a5.800 5.800 0 1 0 .01 0M5.900 5.900l4.200 4.200M10.100 5.900l-4.200 4.200" />,
  failed: (
    <>
      <circle cx="8" cy="8" r="6.500" className={css["full"]} />
      <path d="M8 4.500v4.200M8 11.300v.1" className={css["tick"]} />
    </>
  ),
} as const satisfies Record<Mark, React.ReactNode>;
