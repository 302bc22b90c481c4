import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { useInvalidFocus } from "../welcome/use-invalid-focus.ts";
import { pickPositions } from "./pick-positions.ts";
import css from "./Recovery.module.css";

const ASKED = 2;

type AskedWordsProps = {
  readonly words: readonly string[];
  readonly onRight: () => void;
  readonly onShow: () => void;
};

/** Two of the words, from the paper. */
export function AskedWords({ words, onRight, onShow }: AskedWordsProps) {
  const { t } = useTranslation();
  const { random } = useSurroundings();
  const [positions] = useState(() => pickPositions(words.length, ASKED, random));
  const [written, setWritten] = useState<Readonly<Record<number, string>>>({});
  const [wrong, setWrong] = useState<readonly number[]>([]);
  const [checks, setChecks] = useState(0);
  const form = useInvalidFocus(checks);

  function check(event: SyntheticEvent) {
    event.preventDefault();
    const isRight = (position: number) => written[position]?.trim().toLowerCase() === words[position];
    const found = positions.filter((position) => !isRight(position));
    setWrong(found);
    setChecks(checks + 1);
    if (found.length === 0) onRight();
  }

  return (
    <Form ref={form} className={css["form"]} onSubmit={check} noValidate>
      {positions.map((position) => {
        const number = position + 1;
        return (
          <Field
            key={position}
            label={t("recovery.word", { number })}
            error={wrong.includes(position) ? t("recovery.notThat", { number }) : undefined}
            value={written[position] ?? ""}
            onChange={(event) => {
              setWritten({ ...written, [position]: event.target.value });
              setWrong(wrong.filter((one) => one !== position));
            }}
            lang="en"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            required
          />
        );
      })}
      <div className={css["actions"]}>
        <Button type="submit" look="primary">
          {t("recovery.check")}
        </Button>
        <Button look="plain" onClick={onShow}>
          {t("recovery.again")}
        </Button>
      </div>
    </Form>
  );
}
