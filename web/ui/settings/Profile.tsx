import type { Me } from "@tacit/web/core/views";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { useGreeting } from "../app/use-greeting.ts";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { Name } from "../parts/Name.tsx";
import css from "./Settings.module.css";

export function Profile({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [name, setName] = useState(me.name);
  const greeting = useGreeting();
  const next = name.trim();

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (next !== "") perform(client.rename(next));
  }

  return (
    <>
      <Form className={css["rows"]} onSubmit={submit}>
        <Field
          label={t("settings.name")}
          hint={t("settings.nameHint")}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="name"
          maxLength={64}
          required
        />
        {next !== me.name && next !== "" && (
          <Button type="submit" look="primary">
            {t("settings.saveName")}
          </Button>
        )}
      </Form>
      <dl className={css["facts"]}>
        <dt>{t("settings.handle")}</dt>
        <dd>
          <bdi>{me.login}</bdi>
        </dd>
        <dt>{t("settings.server")}</dt>
        <dd>
          {greeting !== undefined && greeting.name !== "" && (
            <>
              <Name of={greeting.name} />,{" "}
            </>
          )}
          {new URL(me.relay).host}
        </dd>
      </dl>
    </>
  );
}
