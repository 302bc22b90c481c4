import { createContext, type ReactNode, useContext, useId } from "react";
import css from "./Choices.module.css";

const GroupContext = createContext("");

type ChoicesProps = {
  readonly label: string;
  /** Short ones, beside each other. */
  readonly isRow?: boolean;
  readonly children: ReactNode;
};

/** One of a few. */
export function Choices({ label, isRow = false, children }: ChoicesProps) {
  return (
    <fieldset className={css["group"]} data-row={isRow || undefined}>
      <legend className={css["legend"]}>{label}</legend>
      <GroupContext value={useId()}>{children}</GroupContext>
    </fieldset>
  );
}

type ChoiceProps = {
  readonly label: ReactNode;
  readonly hint?: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
};

export function Choice({ label, hint, isChosen, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <div className={css["choice"]}>
      <input
        type="radio"
        id={id}
        name={useContext(GroupContext)}
        className={css["radio"]}
        checked={isChosen}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={onChoose}
      />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={css["hint"]}>
          {hint}
        </p>
      )}
    </div>
  );
}
