import { createContext, type ReactNode, useContext, useId } from "react";
import css from "./Choices.module.css";

const GroupContext = createContext("");

/** One of a few. */
export function Choices({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <fieldset className={css["group"]}>
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
