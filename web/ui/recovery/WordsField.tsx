import { useId } from "react";
import field from "../parts/Field.module.css";
import { TextArea } from "../parts/Form.tsx";
import css from "./WordsField.module.css";

type WordsFieldProps = {
  readonly label: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
};

/** Room for twelve words, however they are written. They are never corrected, translated or remembered. */
export function WordsField({ label, hint, error, value, onValue }: WordsFieldProps) {
  const id = useId();
  return (
    <div className={field["field"]}>
      <label className={field["label"]} htmlFor={id}>
        {label}
      </label>
      <div className={field["box"]} data-invalid={error !== undefined || undefined}>
        <TextArea
          id={id}
          className={css["words"]}
          rows={3}
          lang="en"
          dir="ltr"
          translate="no"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          aria-describedby={error === undefined ? `${id}-hint` : `${id}-hint ${id}-error`}
          aria-invalid={error !== undefined || undefined}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className={field["error"]} role="alert">
          {error}
        </p>
      )}
      <p id={`${id}-hint`} className={field["hint"]}>
        {hint}
      </p>
    </div>
  );
}
