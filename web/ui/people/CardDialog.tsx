import type { CardView } from "@tacit/web/core/views";
import { Share2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { CopyButton } from "../parts/CopyButton.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Field } from "../parts/Field.tsx";
import { QrCode } from "../parts/QrCode.tsx";
import { fromNow } from "../parts/times.ts";

/** A card to give: its QR code and its link. Open while there is one. */
export function CardDialog({ card, onClose }: { readonly card: CardView | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  const cards = useView({ view: "cards" });
  if (card === undefined) return null;
  const { expiresAtMs } = card;
  if (cards?.find(({ id }) => id === card.id)?.isUsed) {
    return (
      <Dialog isOpen onClose={onClose} title={<bdi>{card.label}</bdi>} text={t("cards.giveUsed")}>
        <DialogActions>
          <Button look="primary" onClick={onClose}>
            {t("app.close")}
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  const when = expiresAtMs !== undefined && t("cards.giveUntil", { when: fromNow(expiresAtMs, nowMs, place) });
  const canShare = typeof navigator.share === "function";
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<bdi>{card.label}</bdi>}
      text={[t("cards.give"), card.isOnce && t("cards.giveOnce"), when].filter(Boolean).join(" ")}
    >
      <QrCode text={card.qr} label={t("cards.qr")} />
      <Field label={t("cards.link")} value={card.link} dir="ltr" readOnly onFocus={(event) => event.target.select()} />
      <DialogActions>
        {canShare && (
          // Closing the sheet of the system without sharing rejects: nothing is wrong then.
          <Button icon={Share2} onClick={() => void navigator.share({ url: card.link }).catch(() => {})}>
            {t("cards.share")}
          </Button>
        )}
        <CopyButton look="primary" label={t("cards.copy")} text={card.link} />
      </DialogActions>
    </Dialog>
  );
}
