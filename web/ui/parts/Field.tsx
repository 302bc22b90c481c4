import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from "react";
import { classes } from "./classes.ts";
import css from "./Field.module.css";
import { Input } from "./Form.tsx";

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Buttons within the box, after the text. */
  readonly inside?: ReactNode;
  readonly ref?: Ref<HTMLInputElement> | undefined;
};

/** A labelled text input. Its hint and its error are read with it. */
export function Field({ label, hint, error, inside, className, ...input }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={classes(css["field"], className)}>
      <label className={css["label"]} htmlFor={id}>
        {label}
      </label>
      <div className={css["box"]} data-invalid={error !== undefined || undefined}>
        <Input
          id={id}
          dir="auto"
          className={css["input"]}
          aria-describedby={described || undefined}
          aria-invalid={error !== undefined || undefined}
          {...input}
        />
        {inside}
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className={css["error"]} role="alert">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <div id={`${id}-hint`} className={css["hint"]}>
          {hint}
        </div>
      )}
    </div>
  );
}
