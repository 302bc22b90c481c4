import { SECOND_MS } from "@tacit/shared/limits";
import type { CallView } from "@tacit/web/core/call-view";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { plainName } from "../parts/plain-name.ts";
import { lengthOf } from "../parts/times.ts";

/** Where the call stands: in words, or how long it has been. The time is not a live region: nobody wants it read out. */
export function CallStatus({ call, className }: { readonly call: CallView; readonly className?: string | undefined }) {
  const { t } = useTranslation();
  const { phase, end, sinceMs, isMine } = call;
  if (phase === "live" && sinceMs !== undefined) return <Timer sinceMs={sinceMs} className={className} />;
  if (end !== undefined) {
    const reason = end.reason === "no-answer" && !isMine ? "missed" : end.reason;
    const words = t(`call.end.${reason}`, { name: plainName(call.name) });
    return (
      <span className={className}>
        {words}
        {end.durationMs !== undefined && <> · {lengthOf(end.durationMs)}</>}
      </span>
    );
  }
  return <span className={className}>{t(`call.phase.${phase}`)}</span>;
}

function Timer({ sinceMs, className }: { readonly sinceMs: number; readonly className: string | undefined }) {
  const { t } = useTranslation();
  const { clock } = useSurroundings();
  const [nowMs, setNowMs] = useState(() => clock.nowMs());
  // biome-ignore lint/correctness/useExhaustiveDependencies: each second waits for the next.
  useEffect(() => clock.after(SECOND_MS, () => setNowMs(clock.nowMs())), [clock, nowMs]);
  return (
    <span role="timer" aria-label={t("call.timer")} aria-live="off" className={className}>
      {lengthOf(Math.max(0, nowMs - sinceMs))}
    </span>
  );
}
