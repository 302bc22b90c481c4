import type { ReactNode } from "react";
import css from "./Spoken.module.css";

/** Text for assistive technology alone. */
export function Spoken({ children }: { readonly children: ReactNode }) {
  return <span className={css["spoken"]}>{children}</span>;
}
