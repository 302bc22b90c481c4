import type { CardPreview } from "@tacit/web/core/views";
import { useEffect, useRef, useState } from "react";
import { useRoute } from "wouter";
import { useSurroundings } from "../app/surroundings.ts";
import { useBackStep } from "../app/use-back-step.ts";
import { useGreeting } from "../app/use-greeting.ts";
import { isFocusLost } from "../keyboard/regions.ts";
import { ComeBack } from "../recovery/ComeBack.tsx";
import { CreateAccount } from "./CreateAccount.tsx";
import { Welcome } from "./Welcome.tsx";

/** No account in this browser yet. A link to a card stays in the fragment all the way, and is opened after it. */
export function Onboarding() {
  const [step, go] = useBackStep(["create", "come-back"]);
  const invitation = useInvitation();
  const greeting = useGreeting();
  useStepFocus(step);
  switch (step) {
    case "create":
      return <CreateAccount greeting={greeting} onSignIn={() => go("come-back")} />;
    case "come-back":
      return <ComeBack onCreate={() => go("create")} />;
    case undefined:
      return (
        <Welcome
          invitation={invitation}
          greeting={greeting}
          onCreate={() => go("create")}
          onSignIn={() => go("come-back")}
        />
      );
  }
}

/** What was pressed is gone with its step: the next one is read from its top. */
function useStepFocus(step: string | undefined): void {
  const before = useRef(step);
  useEffect(() => {
    if (before.current !== step && isFocusLost()) document.querySelector("main")?.focus();
    before.current = step;
  }, [step]);
}

/** unread: there is a link, and it could not be read yet. */
export type Invitation = CardPreview | "unread" | undefined;

function useInvitation(): Invitation {
  const { client } = useSurroundings();
  const [isInvited] = useRoute("/add/*");
  const [preview, setPreview] = useState<CardPreview>();
  useEffect(() => {
    if (!isInvited) return setPreview(undefined);
    let isCurrent = true;
    client.previewCard(location.href).then(
      (read) => isCurrent && setPreview(read.ok ? read.value : undefined),
      // A client without an account may not read cards: the invitation is shown without a name.
      () => isCurrent && setPreview(undefined),
    );
    return () => {
      isCurrent = false;
    };
  }, [client, isInvited]);
  return isInvited ? (preview ?? "unread") : undefined;
}
