import { DAY_MS } from "@tacit/shared/limits";
import type { CardView } from "@tacit/web/core/views";
import { Plus } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { Button } from "../parts/Button.tsx";
import { Choice, Choices } from "../parts/Choices.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { shortDate } from "../parts/times.ts";
import { CardDialog } from "./CardDialog.tsx";
import css from "./MakeCard.module.css";

const LASTING = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, ever: undefined } as const;
type Lasting = keyof typeof LASTING;
const LASTINGS: readonly Lasting[] = ["day", "week", "month", "ever"];

/** Makes a card and shows it at once, to be given. */
export function MakeCard() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const nowMs = useNow();
  const place = usePlace();
  const [label, setLabel] = useState("");
  const [isOnce, setOnce] = useState(true);
  const [lasting, setLasting] = useState<Lasting>("month");
  const [isWorking, setWorking] = useState(false);
  const [made, setMade] = useState<CardView>();

  async function make() {
    setWorking(true);
    try {
      const unnamed = t("cards.unnamed", { date: shortDate(nowMs, nowMs, place) });
      setMade(await client.createCard({ label: label.trim() || unnamed, isOnce, lastsMs: LASTING[lasting] }));
      setLabel("");
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(make());
  }

  return (
    <Form className={css["form"]} onSubmit={submit}>
      <Field
        label={t("cards.label")}
        hint={t("cards.labelHint")}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        maxLength={64}
      />
      <Choices label={t("cards.kind")}>
        <Choice label={t("cards.once")} hint={t("cards.onceHint")} isChosen={isOnce} onChoose={() => setOnce(true)} />
        <Choice label={t("cards.many")} hint={t("cards.manyHint")} isChosen={!isOnce} onChoose={() => setOnce(false)} />
      </Choices>
      <Choices label={t("cards.lasting")} isRow>
        {LASTINGS.map((one) => (
          <Choice
            key={one}
            label={t(`cards.lastings.${one}`)}
            isChosen={one === lasting}
            onChoose={() => setLasting(one)}
          />
        ))}
      </Choices>
      <Button type="submit" look="primary" icon={Plus} isBusy={isWorking}>
        {t("cards.create")}
      </Button>
      <CardDialog card={made} onClose={() => setMade(undefined)} />
    </Form>
  );
}
