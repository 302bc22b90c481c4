import type { CallRefusal } from "@tacit/web/core/client-api";
import type { ContactId } from "@tacit/web/core/views";
import { type ReactNode, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Broken } from "../app/Broken.tsx";
import { lazyScreen } from "../app/lazy-screen.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { BrokenCall } from "./BrokenCall.tsx";
import { CallDeskContext } from "./call-desk.ts";
import { useIsHere } from "./use-stage.ts";

const RunningCall = lazyScreen(async () => (await import("./RunningCall.tsx")).RunningCall);
const SetUpDialog = lazyScreen(async () => (await import("./SetUpDialog.tsx")).SetUpDialog);

type Reason = CallRefusal | "elsewhere" | "broken";
type Asked = { readonly contact: ContactId; readonly isVideo: boolean };

/** Lets everything inside call people, and shows the call that there is over it. */
export function CallArea({ children }: { readonly children: ReactNode }) {
  const { client, calls, perform } = useSurroundings();
  const call = useView({ view: "call" });
  const isHere = useIsHere();
  const [asked, setAsked] = useState<Asked>();
  const present = useRef(call);
  present.current = call;
  const [refusal, setRefusal] = useState<Reason>();

  const desk = useMemo(() => {
    if (calls === undefined) return { ask: undefined };
    const start = async ({ contact, isVideo }: Asked) => {
      const started = await client.startCall(contact, isVideo);
      // They were quicker: who rings is on the screen, and says more than that this call did not begin.
      const isRung = !started.ok && started.reason === "in-call" && present.current?.phase === "incoming";
      if (!started.ok && !isRung) setRefusal(started.reason);
    };
    return {
      start,
      ask(contact: ContactId, isVideo: boolean) {
        if (!isHere) setRefusal("elsewhere");
        else if (!calls.devices.choice.isSetUp) setAsked({ contact, isVideo });
        else perform(start({ contact, isVideo }));
      },
    };
  }, [client, calls, isHere, perform]);

  function endBroken() {
    if (!isHere) return;
    setRefusal("broken");
    perform(client.hangUp());
  }

  return (
    <CallDeskContext value={desk}>
      <Broken>{children}</Broken>
      <Suspense>
        {call !== undefined && (
          <BrokenCall key={call.id} onBroken={endBroken}>
            <RunningCall call={call} isHere={isHere} />
          </BrokenCall>
        )}
        {asked !== undefined && (
          <SetUpDialog
            asked={asked}
            onClose={() => setAsked(undefined)}
            onReady={() => {
              setAsked(undefined);
              calls?.devices.choose({ isSetUp: true });
              if (desk.start !== undefined) perform(desk.start(asked));
            }}
          />
        )}
      </Suspense>
      <RefusedDialog reason={refusal} onClose={() => setRefusal(undefined)} />
    </CallDeskContext>
  );
}

function RefusedDialog({ reason, onClose }: { reason: Reason | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  if (reason === undefined) return null;
  const [title, text] =
    reason === "elsewhere" || reason === "broken"
      ? [t(`call.${reason}.title`), t(`call.${reason}.text`)]
      : [t("call.refused.title"), t(`call.refused.${reason}`)];
  return (
    <Dialog title={title} text={text} isOpen onClose={onClose}>
      <DialogActions>
        <Button look="primary" onClick={onClose} data-autofocus>
          {t("call.close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
