import type { ContactDetails } from "@tacit/web/core/views";
import { type SyntheticEvent, useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounce } from "../app/announcements.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { plainName } from "../parts/plain-name.ts";
import css from "./Details.module.css";

/** A name of our own for somebody. Left empty, theirs is used again; what was written is saved when it is left. */
export function Rename({ details: { contact, name, ownName } }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const announce = useAnnounce();
  /** `undefined` while nothing is being changed. */
  const [text, setText] = useState<string>();
  const next = text?.trim();
  const isChanged = next !== undefined && next !== name;

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    setText(undefined);
    if (!isChanged) return;
    perform(client.renameContact(contact, next));
    announce(next === "" ? t("contact.ownNameAgain", { name: plainName(ownName) }) : t("contact.renamed"));
  }

  const save = useEffectEvent(() => {
    if (isChanged && next !== "") perform(client.renameContact(contact, next));
  });
  useEffect(() => {
    const onLeave = () => save();
    addEventListener("pagehide", onLeave);
    return () => {
      removeEventListener("pagehide", onLeave);
      onLeave();
    };
  }, []);

  return (
    <Form className={css["block"]} onSubmit={submit}>
      <Field
        label={t("contact.name")}
        hint={next === "" ? t("contact.nameEmpty", { name: plainName(ownName) }) : undefined}
        value={text ?? name}
        onChange={(event) => setText(event.target.value)}
        maxLength={64}
      />
      {isChanged && <Button type="submit">{t("contact.rename")}</Button>}
    </Form>
  );
}
