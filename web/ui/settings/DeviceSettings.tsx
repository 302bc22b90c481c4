import type { Me } from "@tacit/web/core/views";
import { Lock, LogOut } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { useLockNow } from "../app/use-lock-now.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Switch } from "../parts/Switch.tsx";
import { EraseDevice } from "../welcome/EraseDevice.tsx";
import { Action } from "./Action.tsx";
import { KeepDialog } from "./KeepDialog.tsx";
import { LockAfter } from "./LockAfter.tsx";
import { PasskeySettings } from "./PasskeySettings.tsx";

/** What this browser keeps, and how to make it forget. */
export function DeviceSettings({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const lockNow = useLockNow();
  const [wanted, setWanted] = useState<boolean>();
  return (
    <>
      <Switch
        label={t("settings.keep")}
        hint={t(me.isKept ? "settings.keepOn" : "settings.keepOff")}
        isOn={me.isKept}
        onChange={setWanted}
      />
      {!me.isKept && <LockAfter />}
      {wanted !== undefined && <KeepDialog keep={wanted} onClose={() => setWanted(undefined)} />}
      <PasskeySettings me={me} />
      <Action hint={t("settings.lockHint")}>
        <Button icon={Lock} onClick={lockNow}>
          {t("settings.lock")}
        </Button>
      </Action>
      <Action hint={t("settings.signOutHint")}>
        <SignOut />
      </Action>
      <Action hint={t("settings.eraseHint")}>
        <EraseDevice />
      </Action>
    </>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button icon={LogOut} onClick={() => setAsked(true)}>
        {t("settings.signOut")}
      </Button>
      <Dialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={t("settings.signOutTitle")}
        text={t("settings.signOutText")}
      >
        <DialogActions>
          <Button onClick={() => setAsked(false)}>{t("app.cancel")}</Button>
          <Button look="primary" onClick={() => perform(client.signOut())}>
            {t("settings.signOut")}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
