import type { Me } from "@tacit/web/core/views";
import { Fingerprint } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Action } from "./Action.tsx";
import { PasskeyDialog } from "./PasskeyDialog.tsx";

/** A passkey as a second way to unlock this device. */
export function PasskeySettings({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const { passkeys } = useSurroundings();
  const [isOffered, setOffered] = useState<boolean>();
  const [isAsked, setAsked] = useState(false);
  useEffect(() => {
    passkeys.isOffered().then(setOffered, () => setOffered(false));
  }, [passkeys]);
  const has = me.passkey !== undefined;
  if (isOffered === undefined || (!isOffered && !has)) return null;
  return (
    <Action hint={t(has ? "passkey.removeHint" : "passkey.addHint")}>
      <Button icon={Fingerprint} onClick={() => setAsked(true)}>
        {t(has ? "passkey.remove" : "passkey.add")}
      </Button>
      {isAsked && <PasskeyDialog me={me} onClose={() => setAsked(false)} />}
    </Action>
  );
}
