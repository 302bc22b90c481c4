import type { SignInsRefusal } from "@tacit/web/core/client-api";
import type { SignInView } from "@tacit/web/core/views";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { Button } from "../parts/Button.tsx";
import { shortDate } from "../parts/times.ts";
import settings from "./Settings.module.css";
import css from "./SignIns.module.css";

/** Where this account is signed in, by the relay's word, and how to sign out elsewhere. */
export function SignIns() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [listed, setListed] = useState<readonly SignInView[]>();
  const [refusal, setRefusal] = useState<SignInsRefusal>();
  const [isEnding, setEnding] = useState(false);

  const load = useCallback(async () => {
    const answer = await client.listSignIns();
    setRefusal(answer.ok ? undefined : answer.reason);
    if (answer.ok) setListed(answer.value);
  }, [client]);

  useEffect(() => perform(load()), [perform, load]);

  async function end(id?: string) {
    setEnding(true);
    try {
      const ended = await client.endSignIns(id);
      if (!ended.ok) return setRefusal(ended.reason);
      await load();
    } finally {
      setEnding(false);
    }
  }

  const others = listed?.filter(({ isThis }) => !isThis) ?? [];
  return (
    <div className={css["places"]} aria-busy={listed === undefined && refusal === undefined}>
      <p className={settings["soft"]}>{t("signIns.hint")}</p>
      {listed !== undefined && (
        <ul className={css["list"]} aria-label={t("signIns.title")}>
          {listed.map((one) => (
            <Place key={one.id} signIn={one} isBusy={isEnding} onEnd={() => perform(end(one.id))} />
          ))}
        </ul>
      )}
      {refusal !== undefined && (
        <p role="alert">
          {t(`signIns.refused.${refusal}`)}{" "}
          <Button look="plain" onClick={() => perform(load())}>
            {t("signIns.again")}
          </Button>
        </p>
      )}
      {others.length > 1 && (
        <Button isBusy={isEnding} onClick={() => perform(end())}>
          {t("signIns.endAll")}
        </Button>
      )}
    </div>
  );
}

type PlaceProps = { readonly signIn: SignInView; readonly isBusy: boolean; readonly onEnd: () => void };

function Place({ signIn: { name, sinceDayMs, seenDayMs, isThis }, isBusy, onEnd }: PlaceProps) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  // A whole day of the relay's calendar, which is UTC.
  const day = (atMs: number) => shortDate(atMs, nowMs, { ...place, timeZone: "UTC" });
  const shown = name === "" ? t("signIns.unnamed") : name;
  return (
    <li className={css["place"]}>
      <div>
        <bdi className={css["name"]}>{shown}</bdi>
        {isThis && <span className={css["this"]}>{t("signIns.this")}</span>}
        <p className={settings["soft"]}>{t("signIns.days", { since: day(sinceDayMs), seen: day(seenDayMs) })}</p>
      </div>
      {!isThis && (
        <Button disabled={isBusy} aria-label={t("signIns.endOf", { name: shown })} onClick={onEnd}>
          {t("signIns.end")}
        </Button>
      )}
    </li>
  );
}
