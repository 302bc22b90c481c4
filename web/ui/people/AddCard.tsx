import type { ContactId } from "@tacit/web/core/views";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { paths } from "../app/paths.ts";
import { leaveSteps, stepsTaken } from "../app/use-back-step.ts";
import { Page } from "../parts/Page.tsx";
import { Preview } from "./Preview.tsx";

/**
 * Where the link of a card leads. The card is in the fragment: no server has seen it. Whoever came through sign-up has
 * chosen to follow it, and is not asked again.
 */
export function AddCard() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [isChosen] = useState(() => stepsTaken() > 0);

  /** The conversation stands after the list; the invitation and the steps of sign-up are gone from the history. */
  async function open(contact: ContactId) {
    await leaveSteps();
    navigate(paths.list, { replace: true });
    navigate(paths.conversation(contact));
  }

  return (
    <Page title={t("add.title")} back={paths.list}>
      <Preview
        link={location.href}
        by="link"
        isChosen={isChosen}
        onAdded={open}
        onCancel={() => navigate(paths.list, { replace: true })}
      />
    </Page>
  );
}
