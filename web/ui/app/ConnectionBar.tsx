import type { Connection } from "@tacit/web/core/views";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useAnnounced } from "./announcements.ts";
import css from "./Bar.module.css";
import { paths } from "./paths.ts";
import { useSurroundings } from "./surroundings.ts";
import { useView } from "./use-view.ts";

type Translate = ReturnType<typeof useTranslation>["t"];

const LOOKS = {
  online: undefined,
  connecting: "soon",
  draining: "soon",
  offline: "caution",
  "signed-out": "caution",
  restored: "caution",
  outdated: "caution",
  full: "caution",
} as const satisfies Record<Connection["state"], string | undefined>;

/** Says why messages wait. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const { client, updates, perform } = useSurroundings();
  const id = useId();
  const connection = useView({ view: "connection" });
  const state = connection?.state ?? "online";
  const look = LOOKS[state];
  useAnnounced(look === "caution" ? spokenOf(state, t) : "");
  if (connection === undefined || look === undefined) return null;
  return (
    <section
      className={css["bar"]}
      aria-labelledby={id}
      data-look={look}
      data-region={state === "offline" || state === "outdated" ? "bar" : undefined}
    >
      <span id={id}>{wordsOf(connection, t)}</span>
      {state === "offline" && (
        <button type="button" className={css["action"]} onClick={() => perform(client.reconnect())}>
          {t("connection.tryNow")}
        </button>
      )}
      {state === "restored" && (
        <Link to={paths.restored} className={css["action"]}>
          {t("connection.whatToDo")}
        </Link>
      )}
      {state === "full" && (
        <Link to={paths.settings} className={css["action"]}>
          {t("connection.whatToDo")}
        </Link>
      )}
      {state === "outdated" && (
        <button type="button" className={css["action"]} onClick={() => perform(updates.load())}>
          {t("update.load")}
        </button>
      )}
    </section>
  );
}

/** Without the count, which would be said again with each message. */
function spokenOf(state: Connection["state"], t: Translate): string {
  if (state === "online") return "";
  return state === "offline" ? t("connection.offlineSpoken") : t(`connection.${state}`);
}

function wordsOf({ state, waiting }: Connection, t: Translate): string {
  if (state === "online") return "";
  if (state === "offline" && waiting > 0) return t("connection.offlineWaiting", { count: waiting });
  return t(`connection.${state}`);
}
