import type { CallView } from "@tacit/web/core/call-view";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounced } from "../app/announcements.ts";
import { plainName } from "../parts/plain-name.ts";
import { CallBar, ElsewhereBar } from "./CallBar.tsx";
import { CallScreen } from "./CallScreen.tsx";
import { IncomingCall } from "./IncomingCall.tsx";
import { canPopOut, PopOut } from "./PopOut.tsx";
import { TheirSound } from "./TheirSound.tsx";
import { useMuteKey } from "./use-call-keys.ts";
import { useRinging } from "./use-ringing.ts";

type RunningCallProps = { readonly call: CallView; readonly isHere: boolean };

/** The call that there is, in whatever state: over everything, or as a bar while the person reads and writes. */
export function RunningCall({ call, isHere }: RunningCallProps) {
  const [isMinimised, setMinimised] = useState(false);
  const [isPoppedOut, setPoppedOut] = useState(false);
  useAnnounced(useSpoken(call));
  useRinging(isHere ? call : undefined);
  useAskedBeforeLeaving(isHere && call.phase !== "ended" && call.phase !== "incoming");
  useMuteKey(call, isHere && call.phase !== "ended" && call.phase !== "incoming");
  if (!isHere) return call.phase === "ended" ? null : <ElsewhereBar call={call} />;
  if (call.phase === "incoming") return <IncomingCall call={call} />;
  return (
    <>
      <TheirSound call={call} />
      {isMinimised && call.phase !== "ended" ? (
        <CallBar call={call} onReturn={() => setMinimised(false)} />
      ) : (
        <CallScreen
          call={call}
          onMinimise={() => setMinimised(true)}
          onPopOut={canPopOut() ? () => setPoppedOut(true) : undefined}
        />
      )}
      {isPoppedOut && call.phase !== "ended" && <PopOut call={call} onClose={() => setPoppedOut(false)} />}
    </>
  );
}

/** What is said aloud: the phases that matter, never the time. */
function useSpoken({ phase, name }: CallView): string {
  const { t } = useTranslation();
  switch (phase) {
    case "incoming":
      return t("call.announce.incoming", { name: plainName(name) });
    case "live":
      return t("call.announce.live");
    case "reconnecting":
      return t("call.announce.reconnecting");
    case "ended":
      return t("call.announce.ended");
    default:
      return "";
  }
}

function useAskedBeforeLeaving(isAsked: boolean): void {
  useEffect(() => {
    if (!isAsked) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isAsked]);
}
