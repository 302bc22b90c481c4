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
      <main className={css["column"]}>
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

function Staff() {
  return (
    <svg className={css["staff"]} viewBox="0 0 600 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path className={css["lines"]} d="M0 290H600M0 370H600M0 450H600M0 530H600M0 610H600" />
      <path className={css["rest"]} d="M252 370h96v34a6 6 0 0 1-6 6h-84a6 6 0 0 1-6-6Z" />
    </svg>
  );
}
