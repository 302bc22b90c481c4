import type { CallView } from "@tacit/web/core/call-view";
import { ChevronDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Name } from "../parts/Name.tsx";
import { plainName } from "../parts/plain-name.ts";
import { CallControls } from "./CallControls.tsx";
import { CallFacts } from "./CallFacts.tsx";
import { CallPictures } from "./CallPictures.tsx";
import css from "./CallScreen.module.css";
import { CallStatus } from "./CallStatus.tsx";
import { useCallDesk } from "./call-desk.ts";
import { useCover } from "./use-cover.ts";
import { useLevel } from "./use-level.ts";
import { useRefusal } from "./use-refusal.ts";
import { useOwnStream } from "./use-stage.ts";
import { useWakeLock } from "./use-wake-lock.ts";

const SPEAKING = 0.08;
/** After these, calling again would be refused, or unwise. */
const UNSAFE: ReadonlySet<string | undefined> = new Set(["code", "key-changed", "no-relay"]);

type CallScreenProps = {
  readonly call: CallView;
  readonly onMinimise: () => void;
  /** Absent where there are no small windows. */
  readonly onPopOut: (() => void) | undefined;
};

/** The call over everything: who, for how long, what is seen, and what can be done. */
export function CallScreen({ call, onMinimise, onPopOut }: CallScreenProps) {
  const { t } = useTranslation();
  const screen = useRef<HTMLElement>(null);
  const name = plainName(call.name);
  const isVisual = call.theirs.camera || call.theirs.screen || call.own.camera === "on" || call.own.screen === "on";
  const refusal = useRefusal(call.refusal);
  useWakeLock(isVisual && call.phase !== "ended");
  useCover(screen, call.phase === "ended");
  return (
    <section ref={screen} className={css["screen"]} aria-label={t("call.screen")} tabIndex={-1} data-region="call">
      <header className={css["head"]}>
        {call.phase !== "ended" && (
          <IconButton icon={ChevronDown} label={t("call.minimise")} onClick={onMinimise} className={css["button"]} />
        )}
        <div className={css["who"]}>
          <h2>
            <Name of={call.name} />
          </h2>
          <CallStatus call={call} className={css["status"]} />
        </div>
        <CallFacts call={call} />
      </header>
      <CallPictures call={call} />
      <div className={css["notes"]} role="status">
        {refusal !== undefined && <p>{refusal}</p>}
        {isInstalledOnIos() && <p>{t("call.keepOpen")}</p>}
        {call.sinceMs !== undefined && call.phase !== "ended" && !call.theirs.microphone && (
          <p>{t("call.theyMuted", { name })}</p>
        )}
        <MutedHint isMuted={call.own.microphone === "muted"} />
      </div>
      {call.phase === "ended" ? (
        <Ended call={call} />
      ) : (
        <CallControls call={call} screen={screen} onPopOut={onPopOut} />
      )}
    </section>
  );
}

function MutedHint({ isMuted }: { readonly isMuted: boolean }) {
  const { t } = useTranslation();
  const stream = useOwnStream("microphone");
  const [hasSpoken, setSpoken] = useState(false);
  useLevel(isMuted ? stream : undefined, (level) => level > SPEAKING && setSpoken(true));
  useEffect(() => {
    if (!isMuted) setSpoken(false);
  }, [isMuted]);
  return isMuted && hasSpoken ? <p>{t("call.youAreMuted")}</p> : null;
}

function Ended({ call }: { readonly call: CallView }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const { ask } = useCallDesk();
  const { contact, isMine, isVideo } = call;
  const close = () => perform(client.dismissCall());
  return (
    <div className={css["ended"]}>
      {ask !== undefined && !UNSAFE.has(call.end?.reason) && (
        <Button
          look="primary"
          onClick={() => {
            close();
            ask(contact, isVideo);
          }}
        >
          {t(isMine ? "call.again" : "call.back")}
        </Button>
      )}
      <Button onClick={close}>{t("call.close")}</Button>
    </div>
  );
}

/** Only there does a page know: https://developer.apple.com/documentation/webkitjs/navigator */
function isInstalledOnIos(): boolean {
  return (navigator as { readonly standalone?: boolean }).standalone === true;
}
