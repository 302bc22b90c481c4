import type { Me } from "@tacit/web/core/views";
import { Fingerprint } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PasskeyRefusal, useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import css from "./CreateAccount.module.css";

/** Beside the password, which always works. */
export function UnlockByPasskey({ passkey }: { readonly passkey: NonNullable<Me["passkey"]> }) {
  const { t } = useTranslation();
  const { client, passkeys, perform } = useSurroundings();
  const [refusal, setRefusal] = useState<PasskeyRefusal | "wrong-passkey">();
  const [isWorking, setWorking] = useState(false);

  async function unlock() {
    setRefusal(undefined);
    setWorking(true);
    try {
      const given = await passkeys.ask(passkey);
      if (!given.ok) return setRefusal(given.reason);
      const opened = await client.unlockByPasskey(given.value);
      if (!opened.ok) setRefusal(opened.reason);
    } finally {
      setWorking(false);
    }
  }

  return (
    <div className={css["form"]}>
      <Button icon={Fingerprint} isWide isBusy={isWorking} onClick={() => perform(unlock())}>
        {t("passkey.unlock")}
      </Button>
      {refusal !== undefined && (
        <p className={css["refusal"]} role="alert">
          {t(`passkey.notUnlocked.${refusal}`)}
        </p>
      )}
    </div>
  );
}
