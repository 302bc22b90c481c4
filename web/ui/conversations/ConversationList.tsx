import type { ConversationRow } from "@tacit/web/core/views";
import { Lock, Settings, UserPlus } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRoute } from "wouter";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useNow } from "../app/use-now.ts";
import { useView } from "../app/use-view.ts";
import { focusIn } from "../keyboard/regions.ts";
import { IconButton, IconLink } from "../parts/Button.tsx";
import { Input } from "../parts/Form.tsx";
import { Wordmark } from "../parts/Wordmark.tsx";
import { RecoveryBanner } from "../recovery/RecoveryBanner.tsx";
import { ConversationLink } from "./ConversationLink.tsx";
import css from "./ConversationList.module.css";
import { EmptyList } from "./EmptyList.tsx";
import { listed } from "./listed.ts";

export function ConversationList() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const rows = useView({ view: "conversations" });
  const isKept = useView({ view: "me" })?.isKept;
  const [search, setSearch] = useState("");
  const { requests, people, aside } = listed(rows ?? [], useDeferredValue(search));
  const found = requests.length + people.length + aside.length;
  function leaveSearch(event: KeyboardEvent) {
    if (event.key !== "Escape" || search === "") return;
    event.preventDefault();
    setSearch("");
  }

  function onKeyDown(event: KeyboardEvent) {
    const isHeld = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key.toLowerCase() !== "c" || isHeld || event.target instanceof HTMLInputElement) return;
    const composer = document.querySelector<HTMLElement>("[data-region=composer]");
    if (composer === null) return;
    event.preventDefault();
    focusIn(composer);
  }

  return (
    <nav className={css["pane"]} aria-label={t("list.title")} data-region="list" tabIndex={-1} onKeyDown={onKeyDown}>
      <header className={css["bar"]}>
        <h1 className={css["brand"]}>
          <Wordmark />
        </h1>
        {isKept === false && <IconButton icon={Lock} label={t("list.lock")} onClick={() => perform(client.lock())} />}
        <IconLink icon={UserPlus} label={t("list.add")} to={paths.add} />
        <IconLink icon={Settings} label={t("list.settings")} to={paths.settings} />
      </header>
      {rows !== undefined && rows.length > 0 && (
        <Input
          type="search"
          className={css["search"]}
          aria-label={t("list.search")}
          placeholder={t("list.search")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={leaveSearch}
        />
      )}
      <div className={css["scroll"]}>
        {rows?.length === 0 && <EmptyList />}
        {rows !== undefined && rows.length > 0 && found === 0 && (
          <p className={css["none"]}>{t("list.nothing", { text: search })}</p>
        )}
        {requests.length > 0 && (
          <>
            <h2 className={css["heading"]}>{t("list.requests", { count: requests.length })}</h2>
            <Rows rows={requests} />
          </>
        )}
        {requests.length > 0 && people.length > 0 && <h2 className={css["heading"]}>{t("list.title")}</h2>}
        <Rows rows={people} />
        {aside.length > 0 && (
          <details className={css["aside"]}>
            <summary className={css["heading"]}>{t("list.aside")}</summary>
            <Rows rows={aside} />
          </details>
        )}
      </div>
      <RecoveryBanner />
    </nav>
  );
}

function Rows({ rows }: { readonly rows: readonly ConversationRow[] }) {
  const nowMs = useNow();
  const [, place] = useRoute("/c/:contact/:panel?");
  const here = place === null ? undefined : decodeURIComponent(place.contact);
  return (
    <ul className={css["rows"]}>
      {rows.map((row) => (
        <li key={row.contact}>
          <ConversationLink row={row} isHere={row.contact === here} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  );
}
