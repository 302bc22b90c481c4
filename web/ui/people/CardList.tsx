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
import { fromNow, shortDate } from "../parts/times.ts";
import { CardDialog } from "./CardDialog.tsx";
import css from "./CardList.module.css";

export function CardList() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const cards = useView({ view: "cards" });
  const nowMs = useNow();
  const [shown, setShown] = useState<CardView>();
  const [leaving, setLeaving] = useState<CardView>();
  if (cards === undefined) return null;
  if (cards.length === 0) return <p className={css["none"]}>{t("cards.none")}</p>;
  return (
    <>
      <ul className={css["cards"]} aria-label={t("cards.title")}>
        {cards.map((card) => (
          <li key={card.id} className={css["card"]} data-used={isOver(card, nowMs) || undefined}>
            <CardWords card={card} nowMs={nowMs} />
            {!isOver(card, nowMs) && (
              <Button icon={QrCode} onClick={() => setShown(card)}>
                {t("cards.show")}
              </Button>
            )}
            <IconButton
              icon={Trash2}
              label={t(card.isOver ? "cards.remove" : "cards.revoke")}
              onClick={() => (card.isOver ? perform(client.revokeCard(card.id)) : setLeaving(card))}
            />
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

/** Nobody can come by it any more. */
function isOver({ isUsed, isOver, expiresAtMs }: CardView, nowMs: number): boolean {
  return isUsed || isOver || (expiresAtMs !== undefined && expiresAtMs < nowMs);
}

function CardWords({ card, nowMs }: { readonly card: CardView; readonly nowMs: number }) {
  const { t } = useTranslation();
  const place = usePlace();
  const { isUsed, isOnce, createdAtMs, expiresAtMs } = card;
  const made = t("cards.made", { date: shortDate(createdAtMs, nowMs, place) });
  const kind = t(isOnce ? "cards.isOnce" : "cards.isMany");
  const facts = isUsed
    ? [t("cards.used"), made]
    : expiresAtMs === undefined
      ? [kind, made]
      : isOver(card, nowMs)
        ? [t("cards.expired", { date: shortDate(expiresAtMs, nowMs, place) })]
        : [kind, t("cards.expires", { when: fromNow(expiresAtMs, nowMs, place) })];
  return (
    <div className={css["words"]}>
      <strong>
        <bdi>{card.label}</bdi>
      </strong>
      <p>{facts.join(" · ")}</p>
    </div>
  );
}
