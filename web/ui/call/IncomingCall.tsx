import type { CallView } from "@tacit/web/core/call-view";
import { MessageSquare, Phone, PhoneOff, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Name } from "../parts/Name.tsx";
import css from "./IncomingCall.module.css";
import { useAnswerKeys } from "./use-call-keys.ts";
import { useRefusal } from "./use-refusal.ts";

/** Somebody rings, whatever is on the screen. Enter takes it, Esc declines. Nothing is recorded before. */
export function IncomingCall({ call }: { readonly call: CallView }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [, go] = useLocation();
  const { contact, name, isVideo, refusal } = call;
  const words = useRefusal(refusal);
  useAnswerKeys(call);
  const decline = () => perform(client.declineCall());
  return (
    <Dialog
      title={<Name of={name} />}
      text={t(isVideo ? "call.phase.incomingVideo" : "call.phase.incoming")}
      isOpen
      onClose={decline}
      // Taken, the keys are the call's.
      onClosed={() => document.querySelector<HTMLElement>('[data-region="call"]')?.focus()}
      closeLabel={t("call.decline")}
    >
      <div className={css["who"]}>
        <Avatar name={name} of={contact} size="lg" />
      </div>
      {words !== undefined && <p role="alert">{words}</p>}
      <div className={css["answers"]}>
        {isVideo && (
          <Button look="primary" icon={Video} onClick={() => perform(client.acceptCall(true))} data-autofocus>
            {t("call.acceptVideo")}
          </Button>
        )}
        <Button
          look={isVideo ? "quiet" : "primary"}
          icon={Phone}
          onClick={() => perform(client.acceptCall(false))}
          data-autofocus={isVideo ? undefined : true}
        >
          {t(isVideo ? "call.acceptVoice" : "call.accept")}
        </Button>
        <Button look="danger" icon={PhoneOff} onClick={decline}>
          {t("call.decline")}
        </Button>
        <Button
          icon={MessageSquare}
          onClick={() => {
            decline();
            go(paths.conversation(contact));
          }}
        >
          {t("call.message")}
        </Button>
      </div>
    </Dialog>
  );
}
