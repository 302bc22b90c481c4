import type { Connection } from "@tacit/web/core/views";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useAnnounced } from "./announcements.ts";
import css from "./Bar.module.css";
import { paths } from "./paths.ts";
import { useSurroundings } from "./surroundings.ts";
import { useView } from "./use-view.ts";

const LOOKS = {
  online: undefined,
  connecting: "soon",
  draining: "soon",
  offline: "caution",
  "signed-out": "caution",
  restored: "caution",
  damaged: "caution",
  outdated: "caution",
  disabled: "caution",
  full: "caution",
} as const satisfies Record<Connection["state"], string | undefined>;

const WORDS = {
  connecting: "connection.connecting",
  draining: "connection.draining",
  offline: "connection.offline",
  "signed-out": "connection.signed-out",
  restored: "connection.restored",
  damaged: "connection.damaged",
  outdated: "connection.outdated",
  disabled: "connection.disabled",
  full: "connection.full",
} as const;

/** Says why messages wait. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const { client, updates, perform } = useSurroundings();
  const id = useId();
  const connection = useView({ view: "connection" });
  const state = useSteadyState(connection?.state ?? "online");
  const look = LOOKS[state];
  // Without the count, which would be said again with each message.
  const spoken = state === "offline" ? t("connection.offlineSpoken") : state === "online" ? "" : t(WORDS[state]);
  useAnnounced(look === "caution" ? spoken : "");
  if (connection === undefined || look === undefined) return null;
  return (
    <section
      className={css["bar"]}
      aria-labelledby={id}
      data-look={look}
      data-region={state === "offline" || state === "outdated" ? "bar" : undefined}
    >
      <span id={id}>
        {state === "offline" && connection.waiting > 0
          ? t("connection.offlineWaiting", { count: connection.waiting })
          : state !== "online" && t(WORDS[state])}
      </span>
      {state === "offline" && (
        <button type="button" className={css["action"]} onClick={() => perform(client.reconnect())}>
          {t("connection.tryNow")}
        </button>
      )}
      {(state === "restored" || state === "damaged") && (
        <Link to={paths.restored} className={css["action"]}>
          {t("connection.whatToDo")}
        </Link>
      )}
      {state === "full" && (
        <Link to={paths.storage} className={css["action"]}>
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

/** Each try to connect again does not take the words and the button of "offline" away. */
function useSteadyState(state: Connection["state"]): Connection["state"] {
  const [wasOffline, setWasOffline] = useState(false);
  const isOffline = state === "offline" || (state === "connecting" && wasOffline);
  if (isOffline !== wasOffline) setWasOffline(isOffline);
  return isOffline ? "offline" : state;
}
