import { type ReactNode, useEffect, useRef } from "react";
import css from "./Recovery.module.css";

/** The heading of a step. It takes the focus when the step comes, so that what is new is read from its top. */
export function StepHeading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} className={css["heading"]} tabIndex={-1}>
      {children}
    </h2>
  );
}
