import { Server } from "lucide-react";
import { Trans, useTranslation } from "react-i18next";
import type { RelayGreeting } from "../app/surroundings.ts";
import { Name } from "../parts/Name.tsx";
import css from "./ThisServer.module.css";

/** On whose server this is, and who may join: said where a newcomer decides. */
export function ThisServer({ greeting }: { readonly greeting: RelayGreeting | undefined }) {
  const { t } = useTranslation();
  const { host } = location;
  return (
    <p className={css["server"]}>
      <Server size={18} aria-hidden="true" />
      <span>
        {greeting === undefined || greeting.name === "" ? (
          t("welcome.server", { host })
        ) : (
          <Trans i18nKey="welcome.serverNamed" values={{ host }} components={{ name: <Name of={greeting.name} /> }} />
        )}{" "}
        {greeting !== undefined && t(`welcome.registration.${greeting.registration}`)}
      </span>
    </p>
  );
}
