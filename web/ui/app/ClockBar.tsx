import { useId } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "../parts/times.ts";
import { useAnnounced } from "./announcements.ts";
import css from "./Bar.module.css";
import { useSurroundings } from "./surroundings.ts";
import { usePlace } from "./use-place.ts";
import { useView } from "./use-view.ts";

/** The clock of this device and the relay's disagree: what that does, and what to do about it. */
export function ClockBar() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const place = usePlace();
  const id = useId();
  const aheadMs = useView({ view: "connection" })?.clockAheadMs;
  const words =
    aheadMs === undefined
      ? ""
      : t(aheadMs > 0 ? "connection.clockAhead" : "connection.clockBehind", {
          span: duration(Math.abs(aheadMs), place),
        });
  useAnnounced(words);
  if (words === "") return null;
  return (
    <section className={css["bar"]} aria-labelledby={id} data-look="caution" data-region="bar">
      <span id={id}>
        {words} <span className={css["hint"]}>{t("connection.clockHint")}</span>
      </span>
      <button type="button" className={css["action"]} onClick={() => perform(client.reconnect())}>
        {t("connection.clockAgain")}
      </button>
    </section>
  );
}
