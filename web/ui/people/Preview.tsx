import type { AddRefusal } from "@tacit/web/core/client-api";
import type { CardPreview, ContactId } from "@tacit/web/core/views";
import { TicketX } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { useAnnounced } from "../app/announcements.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { useView } from "../app/use-view.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Name } from "../parts/Name.tsx";
import { fromNow } from "../parts/times.ts";
import css from "./Preview.module.css";

type PreviewProps = {
  readonly link: string;
  /** How the link came. */
  readonly by: "link" | "qr";
  /** The person said already that they want to follow it. */
  readonly isChosen?: boolean;
  readonly onAdded: (contact: ContactId) => void | Promise<void>;
  readonly onCancel: () => void;
};

/** Who is behind a card, before it is used. */
export function Preview({ link, by, isChosen = false, onAdded, onCancel }: PreviewProps) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const settings = useView({ view: "settings" });
  const nowMs = useNow();
  const place = usePlace();
  const [card, setCard] = useState<CardPreview>();
  const [refusal, setRefusal] = useState<AddRefusal>();
  const [isAdding, setAdding] = useState(false);

  async function add() {
    setAdding(true);
    try {
      const added = await client.addContact(link, by);
      if (added.ok) await onAdded(added.value);
      else setRefusal(added.reason);
    } finally {
      setAdding(false);
    }
  }
  const addAtOnce = useEffectEvent(add);

  useEffect(() => {
    let isCurrent = true;
    const read = async () => {
      const preview = await client.previewCard(link);
      if (!isCurrent) return;
      if (preview.ok) setCard(preview.value);
      else setRefusal(preview.reason);
    };
    perform(isChosen ? addAtOnce() : read());
    return () => {
      isCurrent = false;
    };
  }, [client, perform, link, isChosen]);

  const waiting = t(isChosen ? "add.adding" : "add.reading");
  useAnnounced(card === undefined && refusal === undefined ? waiting : "");

  if (refusal !== undefined) {
    return (
      <div className={css["preview"]}>
        <TicketX className={css["sign"]} aria-hidden="true" />
        <p className={css["refusal"]} role="alert">
          {t(`add.refused.${refusal}`)}
        </p>
        <Button onClick={onCancel}>{t("app.back")}</Button>
      </div>
    );
  }
  if (card === undefined) return <p>{waiting}</p>;
  return (
    <div className={css["preview"]}>
      <Avatar name={card.name} size="lg" />
      <h2 className={css["title"]}>
        <Trans i18nKey="add.previewInvites" components={{ name: <Name of={card.name} /> }} />
      </h2>
      <p className={css["text"]}>
        {t("add.previewHint", { relay: new URL(card.relay).host })} {card.isOnce && t("add.previewOnce")}{" "}
        {card.expiresAtMs !== undefined && t("add.previewUntil", { when: fromNow(card.expiresAtMs, nowMs, place) })}
      </p>
      {settings?.direct === true && <p className={css["text"]}>{t("direct.add")}</p>}
      <div className={css["actions"]}>
        <Button onClick={onCancel}>{t("app.cancel")}</Button>
        <Button look="primary" isBusy={isAdding} onClick={() => perform(add())}>
          {t(isAdding ? "add.adding" : "add.confirm")}
        </Button>
      </div>
    </div>
  );
}
