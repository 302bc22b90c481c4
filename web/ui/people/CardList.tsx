import type { CardView } from "@tacit/web/core/views";
import { QrCode, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { useView } from "../app/use-view.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { shortDate } from "../parts/times.ts";
import { CardDialog } from "./CardDialog.tsx";
import css from "./CardList.module.css";

export function CardList() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const cards = useView({ view: "cards" });
  const [shown, setShown] = useState<CardView>();
  const [leaving, setLeaving] = useState<CardView>();
  if (cards === undefined) return null;
  if (cards.length === 0) return <p className={css["none"]}>{t("cards.none")}</p>;
  return (
    <>
      <ul className={css["cards"]} aria-label={t("cards.title")}>
        {cards.map((card) => (
          <li key={card.id} className={css["card"]} data-used={card.isUsed || undefined}>
            <CardWords card={card} />
            {!card.isUsed && (
              <Button icon={QrCode} onClick={() => setShown(card)}>
                {t("cards.show")}
              </Button>
            )}
            <IconButton icon={Trash2} label={t("cards.revoke")} onClick={() => setLeaving(card)} />
          </li>
        ))}
      </ul>
      <CardDialog card={shown} onClose={() => setShown(undefined)} />
      <Dialog
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={t("cards.revokeTitle")}
        text={t("cards.revokeText")}
      >
        <DialogActions>
          <Button onClick={() => setLeaving(undefined)}>{t("app.cancel")}</Button>
          <Button
            look="danger"
            onClick={() => {
              if (leaving !== undefined) perform(client.revokeCard(leaving.id));
              setLeaving(undefined);
            }}
          >
            {t("cards.revoke")}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}

function CardWords({ card }: { readonly card: CardView }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  const facts = [
    card.isUsed ? t("cards.used") : t(card.isOnce ? "cards.isOnce" : "cards.isMany"),
    card.expiresAtMs !== undefined && !card.isUsed
      ? t("cards.expires", { date: shortDate(card.expiresAtMs, nowMs, place) })
      : t("cards.made", { date: shortDate(card.createdAtMs, nowMs, place) }),
  ];
  return (
    <div className={css["words"]}>
      <strong>
        <bdi>{card.label}</bdi>
      </strong>
      <p>{facts.join(" · ")}</p>
    </div>
  );
}
