import type { ContactDetails, DirectChoice } from "@tacit/web/core/views";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { useView } from "../app/use-view.ts";
import { Choice, Choices } from "../parts/Choices.tsx";
import css from "./Details.module.css";

const CHOICES: readonly DirectChoice[] = ["default", "direct", "relay"];

/** Whether this contact may connect directly and learn our address. */
export function Direct({ details: { contact, direct, link, status } }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const settings = useView({ view: "settings" });
  if (settings === undefined || status === "blocked") return null;
  const words = (choice: DirectChoice) =>
    choice === "default" ? t(settings.direct ? "direct.asDirect" : "direct.asRelay") : t(`direct.choice.${choice}`);
  return (
    <section className={css["block"]}>
      <Choices label={t("direct.title")}>
        {CHOICES.map((choice) => (
          <Choice
            key={choice}
            label={words(choice)}
            isChosen={direct === choice}
            onChoose={() => perform(client.setDirect(contact, choice))}
          />
        ))}
      </Choices>
      <p className={css["soft"]}>{t(link === undefined ? "direct.meaning" : `direct.now.${link}`)}</p>
    </section>
  );
}
