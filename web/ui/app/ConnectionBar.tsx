import type { Connection } from "@tacit/web/core/views";
import { useTranslation } from "react-i18next";
import css from "./ConnectionBar.module.css";
import { useSurroundings } from "./surroundings.ts";
import { useView } from "./use-view.ts";

/** A slim line that says why messages wait. It never stands in the way. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const connection = useView({ view: "connection" });
  const state = connection?.state ?? "online";
  return (
    <div className={css["bar"]} data-state={state} role="status">
      {connection !== undefined && state !== "online" && <span>{wordsOf(connection, t)}</span>}
      {state === "offline" && (
        <button type="button" className={css["action"]} onClick={() => perform(client.reconnect())}>
          {t("connection.tryNow")}
        </button>
      )}
      {state === "outdated" && (
        <button type="button" className={css["action"]} onClick={() => location.reload()}>
          {t("connection.reload")}
        </button>
      )}
    </div>
  );
}

function wordsOf({ state, waiting }: Connection, t: ReturnType<typeof useTranslation>["t"]): string {
  if (state === "online") return "";
  if (state === "offline" && waiting > 0) return t("connection.offlineWaiting", { count: waiting });
  return t(`connection.${state}`);
}
