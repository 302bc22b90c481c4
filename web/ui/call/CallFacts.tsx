import type { CallView } from "@tacit/web/core/call-view";
import { Lock, ShieldCheck, Signal, SignalHigh, SignalLow, SignalMedium } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { plainName } from "../parts/plain-name.ts";
import css from "./CallScreen.module.css";
import { CodeDialog } from "./CodeDialog.tsx";
import { useNetworkLevel } from "./use-stats.ts";

const BARS = { 1: SignalLow, 2: SignalLow, 3: SignalMedium, 4: SignalHigh } as const;

/** How the call goes: by which path, how well, and whether anybody is between. */
export function CallFacts({ call }: { readonly call: CallView }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<"path" | "code">();
  const level = useNetworkLevel(call.phase === "live" ? call.id : undefined);
  const { path, code, isVerified, phase } = call;
  const name = plainName(call.name);
  if (phase === "ended" || call.sinceMs === undefined) return null;
  const Bars = level === undefined ? Signal : BARS[level];
  return (
    <div className={css["facts"]}>
      {level !== undefined && (
        <span role="img" aria-label={t(`call.network.${level}`)} title={t(`call.network.${level}`)}>
          <Bars size={20} aria-hidden="true" />
        </span>
      )}
      {path !== undefined && (
        <button type="button" className={css["chip"]} onClick={() => setOpened("path")}>
          {t(`call.path.${path}`)}
        </button>
      )}
      {code !== undefined && (
        <IconButton
          icon={isVerified ? ShieldCheck : Lock}
          label={t("call.code.open")}
          onClick={() => setOpened("code")}
          className={css["button"]}
        />
      )}
      {level !== undefined && level <= 2 && call.own.camera === "on" && (
        <p className={css["suggestion"]}>{t("call.network.suggest")}</p>
      )}
      {opened === "path" && path !== undefined && (
        <Dialog
          title={t(`call.path.${path}`)}
          text={t(path === "direct" ? "call.path.directText" : "call.path.relayedText", { name })}
          isOpen
          onClose={() => setOpened(undefined)}
        />
      )}
      {opened === "code" && code !== undefined && (
        <CodeDialog call={call} code={code} onClose={() => setOpened(undefined)} />
      )}
    </div>
  );
}
