import { type ReactNode, useId } from "react";
import css from "./Switch.module.css";

type SwitchProps = {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
};

/** A setting that takes effect at once. */
export function Switch({ label, hint, isOn, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={css["row"]}>
      <label htmlFor={id} className={css["label"]}>
        {label}
      </label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={css["switch"]}
        checked={isOn}
        aria-checked={isOn}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className={css["hint"]}>
          {hint}
        </p>
      )}
    </div>
  );
}
