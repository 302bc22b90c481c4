import type { Settings as SettingsValue } from "@tacit/web/core/views";
import { Keyboard } from "lucide-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazyScreen } from "../app/lazy-screen.ts";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Page, Section } from "../parts/Page.tsx";
import { Switch } from "../parts/Switch.tsx";
import { AccountSettings } from "../recovery/AccountSettings.tsx";
import { Appearance } from "./Appearance.tsx";
import { CallSettings } from "./CallSettings.tsx";
import { DeviceSettings } from "./DeviceSettings.tsx";
import { Profile } from "./Profile.tsx";
import css from "./Settings.module.css";
import { SignIns } from "./SignIns.tsx";
import { StorageSettings } from "./StorageSettings.tsx";

/** As `nameBuild` of web/build-name.config.ts wrote it into the page; one that Vite serves has none. */
const buildName = () => document.querySelector<HTMLMetaElement>("meta[name=tacit-build]")?.content ?? "0.0.0";

const ShortcutSheet = lazyScreen(async () => (await import("../keyboard/ShortcutSheet.tsx")).ShortcutSheet);

/** `part`: the one that somebody was sent to. */
export function Settings({ part }: { readonly part?: string | undefined }) {
  const { t } = useTranslation();
  const [isSheet, setSheet] = useState(false);
  const { client, calls, perform } = useSurroundings();
  const me = useView({ view: "me" });
  const settings = useView({ view: "settings" });
  if (me === undefined || settings === undefined) return null;
  const change = (changes: Partial<SettingsValue>) => perform(client.updateSettings(changes));
  return (
    <Page title={t("settings.title")} back={paths.list}>
      <Section title={t("settings.you")}>
        <Profile me={me} />
      </Section>
      <Section title={t("settings.look")}>
        <Appearance theme={settings.theme} onTheme={(theme) => change({ theme })} />
      </Section>
      <Section title={t("settings.sharing")}>
        <Switch
          label={t("settings.receipts")}
          hint={t("settings.receiptsHint")}
          isOn={settings.receipts}
          onChange={(receipts) => change({ receipts })}
        />
        <Switch
          label={t("settings.typing")}
          hint={t("settings.typingHint")}
          isOn={settings.typing}
          onChange={(typing) => change({ typing })}
        />
        <Switch
          label={t("direct.setting")}
          hint={t("direct.settingHint")}
          isOn={settings.direct}
          onChange={(direct) => change({ direct })}
        />
      </Section>
      <Section title={t("settings.account")}>
        <AccountSettings />
      </Section>
      <Section title={t("signIns.title")}>
        <SignIns />
      </Section>
      <Section title={t("settings.device")}>
        <DeviceSettings me={me} />
      </Section>
      <Section title={t("storage.title")} isSought={part === "storage"}>
        <StorageSettings />
      </Section>
      {calls !== undefined && (
        <Section title={t("call.devices")}>
          <CallSettings />
        </Section>
      )}
      <Section title={t("settings.about")}>
        <p className={css["soft"]}>{t("settings.aboutText")}</p>
        <p className={css["soft"]}>{t("settings.version", { version: buildName() })}</p>
        <div>
          <Button icon={Keyboard} onClick={() => setSheet(true)}>
            {t("settings.keys")}
          </Button>
        </div>
        <Suspense>{isSheet && <ShortcutSheet onClose={() => setSheet(false)} />}</Suspense>
      </Section>
    </Page>
  );
}
