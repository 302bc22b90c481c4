import type { ReactNode } from "react";
import css from "./Settings.module.css";

/** Something to do, with what it does beside it. */
export function Action({ hint, children }: { readonly hint: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={css["action"]}>
      {children}
      <p className={css["soft"]}>{hint}</p>
    </div>
  );
}
