import type { RecoverRefusal } from "@tacit/web/core/client-api";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRoute } from "wouter";
import { useSurroundings } from "../app/surroundings.ts";
import { leaveSteps } from "../app/use-back-step.ts";
import { Button } from "../parts/Button.tsx";
import { Checkbox } from "../parts/Checkbox.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import frame from "../welcome/CreateAccount.module.css";
import { Entrance } from "../welcome/Entrance.tsx";
import { Fleeting } from "../welcome/Fleeting.tsx";
import { useInvalidFocus } from "../welcome/use-invalid-focus.ts";
import css from "./ComeBack.module.css";
import { WordsField } from "./WordsField.tsx";

const FIELD_OF: Partial<Record<RecoverRefusal, "password" | "words">> = {
  "wrong-password": "password",
  "malformed-words": "words",
  "wrong-key": "words",
};

/** In a browser without an account: an account that was elsewhere comes here, as a new device. */
export function ComeBack({ onCreate }: { readonly onCreate: () => void }) {
  const { t } = useTranslation();
  const { client, prepare, perform } = useSurroundings();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [words, setWords] = useState("");
  const [keep, setKeep] = useState(true);
  const [refusal, setRefusal] = useState<RecoverRefusal>();
  const [isWorking, setWorking] = useState(false);
  const [isInvited] = useRoute("/add/*");
  const form = useInvalidFocus(refusal);

  async function comeBack() {
    setRefusal(undefined);
    setWorking(true);
    try {
      const back = await client.recover({ login, password, words, keep });
      if (!back.ok) setRefusal(back.reason);
      // An invitation counts the steps that led to it.
      else if (!isInvited) await leaveSteps();
    } finally {
      setWorking(false);
    }
  }

  /** Words about a field that is being corrected are no longer true. */
  function correct(set: (value: string) => void) {
    return (value: string) => {
      set(value);
      setRefusal(undefined);
    };
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(comeBack());
  }

  const at = refusal === undefined ? undefined : FIELD_OF[refusal];
  const said = refusal === undefined ? undefined : t(`comeBack.refused.${refusal}`);
  return (
    <Entrance title={t("comeBack.title")} text={t("comeBack.text")}>
      <Form ref={form} className={frame["form"]} onFocus={prepare} onSubmit={submit}>
        <Fleeting />
        <Field
          label={t("signIn.login")}
          value={login}
          onChange={(event) => correct(setLogin)(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <PasswordField
          label={t("signIn.password")}
          value={password}
          onValue={correct(setPassword)}
          autoComplete="current-password"
          error={at === "password" ? said : undefined}
        />
        <WordsField
          label={t("recovery.title")}
          hint={t("comeBack.wordsHint")}
          error={at === "words" ? said : undefined}
          value={words}
          onValue={correct(setWords)}
        />
        <details>
          <summary className={css["summary"]}>{t("comeBack.noKey")}</summary>
          <p className={css["text"]}>{t("comeBack.noKeyText")}</p>
        </details>
        <Checkbox
          label={t("create.keep")}
          hint={t(keep ? "create.keepOn" : "create.keepOff")}
          isChecked={keep}
          onChange={setKeep}
        />
        {said !== undefined && at === undefined && (
          <p className={frame["refusal"]} role="alert">
            {said}
          </p>
        )}
        <Button type="submit" look="primary" isWide isBusy={isWorking}>
          {t(isWorking ? "comeBack.working" : "comeBack.submit")}
        </Button>
        <Button look="plain" isWide onClick={onCreate}>
          {t("comeBack.create")}
        </Button>
      </Form>
    </Entrance>
  );
}
