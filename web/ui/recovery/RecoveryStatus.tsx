import type { RecoveryView } from "@tacit/web/core/views";
import { useTranslation } from "react-i18next";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { shortDate } from "../parts/times.ts";

/** In a sentence or two: whether the key is kept, and what it would bring back. */
export function RecoveryStatus({ recovery }: { readonly recovery: RecoveryView }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  const { isConfirmed, savedAtMs, isBehind } = recovery;
  const kept = t(isConfirmed ? "recovery.kept" : "recovery.notKept");
  if (savedAtMs === undefined) return `${kept} ${t("recovery.notSaved")}`;
  const saved = t("recovery.saved", { date: shortDate(savedAtMs, nowMs, place) });
  return isBehind ? `${kept} ${saved} ${t("recovery.behind")}` : `${kept} ${saved}`;
}
