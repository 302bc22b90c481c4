import type { ContactDetails } from "@tacit/web/core/views";
import { Trans, useTranslation } from "react-i18next";
import { goBackTo } from "../app/hash-history.ts";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Name } from "../parts/Name.tsx";
import { Switch } from "../parts/Switch.tsx";
import css from "./DecisionBar.module.css";

/** Someone we have not decided about: instead of a composer. */
export function RequestBar({ details }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const { contact, name, status } = details;
  const settings = useView({ view: "settings" });
  const isIgnored = status === "ignored";

  async function putAside(command: Promise<void>) {
    await command;
    goBackTo(paths.list);
  }

  return (
    <section className={css["bar"]} aria-label={t("list.request")} data-region="decision">
      <h2 className={css["title"]}>
        <span>
          <Trans i18nKey={isIgnored ? "request.ignored" : "request.title"} components={{ name: <Name of={name} /> }} />
        </span>
      </h2>
      <p className={css["text"]}>{useOriginWords(details)}</p>
      {settings?.direct === true && (
        <Switch
          label={t("direct.choice.relay")}
          hint={<Trans i18nKey="direct.accept" components={{ name: <Name of={name} /> }} />}
          isOn={details.direct === "relay"}
          onChange={(isOn) => perform(client.setDirect(contact, isOn ? "relay" : "default"))}
        />
      )}
      <dl className={css["choices"]}>
        <Choice hint={t("request.acceptHint")}>
          <Button look="primary" isWide onClick={() => perform(client.accept(contact))}>
            {t("request.accept")}
          </Button>
        </Choice>
        {!isIgnored && (
          <Choice hint={t("request.ignoreHint")}>
            <Button isWide onClick={() => perform(putAside(client.ignore(contact)))}>
              {t("request.ignore")}
            </Button>
          </Choice>
        )}
        <Choice hint={t("request.blockHint")}>
          <Button isWide onClick={() => perform(putAside(client.block(contact)))}>
            {t("request.block")}
          </Button>
        </Choice>
      </dl>
    </section>
  );
}

function useOriginWords({ origin }: ContactDetails): string {
  const { t } = useTranslation();
  switch (origin.by) {
    case "card":
      return t(origin.isScanned ? "request.scannedCard" : "request.card", { label: origin.card });
    case "unknown-card":
      return t("request.unknownCard");
    case "link":
    case "qr":
      return t("request.link");
  }
}

function Choice({ hint, children }: { readonly hint: string; readonly children: React.ReactNode }) {
  return (
    <div className={css["choice"]}>
      <dt>{children}</dt>
      <dd>{hint}</dd>
    </div>
  );
}

export function BlockedBar({ details }: { readonly details: ContactDetails }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  return (
    <section className={css["bar"]} aria-label={t("list.blocked")} data-region="decision">
      <p>
        <Trans i18nKey="request.blocked" components={{ name: <Name of={details.name} /> }} />
      </p>
      <Button onClick={() => perform(client.unblock(details.contact))}>{t("request.unblock")}</Button>
    </section>
  );
}
