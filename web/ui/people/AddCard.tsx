import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { paths } from "../app/paths.ts";
import { Page } from "../parts/Page.tsx";
import { Preview } from "./Preview.tsx";

/** Where the link of a card leads. The card is in the fragment: no server has seen it. */
export function AddCard() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <Page title={t("add.title")} back={paths.list}>
      <Preview
        link={location.href}
        by="link"
        onAdded={(contact) => navigate(paths.conversation(contact), { replace: true })}
        onCancel={() => navigate(paths.list, { replace: true })}
      />
    </Page>
  );
}
