import type { CallView } from "@tacit/web/core/call-view";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { type Melody, play } from "./ring.ts";
import { useDeviceChoice } from "./use-stage.ts";

/**
 * Rings while it rings, here or there, and says it in the title for whoever's browser keeps silent. No name there:
 * browsers write titles down.
 */
export function useRinging(call: CallView | undefined): void {
  const { t } = useTranslation();
  const speaker = useDeviceChoice()?.speaker;
  const melody = melodyOf(call);
  const isIncoming = call?.phase === "incoming";

  useEffect(() => (melody === undefined ? undefined : play(melody, speaker)), [melody, speaker]);

  useEffect(() => {
    if (!isIncoming) return;
    const before = document.title;
    document.title = t("call.incomingTitle");
    return () => {
      document.title = before;
    };
  }, [isIncoming, t]);
}

function melodyOf(call: CallView | undefined): Melody | undefined {
  if (call?.phase === "incoming") return "incoming";
  if (call?.phase === "ringing") return "outgoing";
  return call?.phase === "ended" && call.end?.reason !== "microphone" ? "ended" : undefined;
}
