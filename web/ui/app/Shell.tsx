import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Route, Switch, useLocation } from "wouter";
import { CallArea } from "../call/CallArea.tsx";
import { ConversationList } from "../conversations/ConversationList.tsx";
import { Keys } from "../keyboard/Keys.tsx";
import { useArrival } from "../keyboard/use-arrival.ts";
import { ClockBar } from "./ClockBar.tsx";
import { ConnectionBar } from "./ConnectionBar.tsx";
import { lazyScreen } from "./lazy-screen.ts";
import { NothingPicked } from "./NothingPicked.tsx";
import { paths } from "./paths.ts";
import css from "./Shell.module.css";
import { useSpokenMessages } from "./use-spoken-messages.ts";
import { useTitle } from "./use-title.ts";

const AddCard = lazyScreen(async () => (await import("../people/AddCard.tsx")).AddCard);
const AddSomeone = lazyScreen(async () => (await import("../people/AddSomeone.tsx")).AddSomeone);
const Cards = lazyScreen(async () => (await import("../people/Cards.tsx")).Cards);
const Conversation = lazyScreen(async () => (await import("../conversation/Conversation.tsx")).Conversation);
const RecoveryKey = lazyScreen(async () => (await import("../recovery/RecoveryKey.tsx")).RecoveryKey);
const Restored = lazyScreen(async () => (await import("../recovery/Restored.tsx")).Restored);
const Settings = lazyScreen(async () => (await import("../settings/Settings.tsx")).Settings);

/**
 * The open messenger: the list and what was picked from it, side by side where there is room. `isUnlocked`: it was locked
 * before, in this window.
 */
export function Shell({ isUnlocked }: { readonly isUnlocked: boolean }) {
  const { t } = useTranslation();
  const [path] = useLocation();
  useArrival(path, isUnlocked);
  useSpokenMessages();
  useTitle();
  return (
    <CallArea>
      <div id="shell" className={css["shell"]} data-place={path === paths.list ? "list" : "main"}>
        <button type="button" className={css["skip"]} onClick={() => document.getElementById("main")?.focus()}>
          {t("app.skip")}
        </button>
        <div className={css["bars"]}>
          <ConnectionBar />
          <ClockBar />
        </div>
        <div className={css["list"]}>
          <ConversationList />
        </div>
        <main id="main" className={css["main"]} tabIndex={-1}>
          <Suspense>
            <Switch>
              <Route path={paths.list}>
                <NothingPicked />
              </Route>
              <Route path="/c/:contact/:panel?">
                {({ contact, panel }) => (
                  <Conversation key={contact} contact={decodeURIComponent(contact)} isDetailed={panel === "details"} />
                )}
              </Route>
              <Route path={paths.add}>
                <AddSomeone />
              </Route>
              <Route path="/add/*">
                <AddCard key={path} />
              </Route>
              <Route path={paths.cards}>
                <Cards />
              </Route>
              <Route path="/settings/:part?">{({ part }) => <Settings part={part} />}</Route>
              <Route path={paths.recovery}>
                <RecoveryKey />
              </Route>
              <Route path={paths.restored}>
                <Restored />
              </Route>
              <Route>
                <NothingPicked isLost />
              </Route>
            </Switch>
          </Suspense>
        </main>
        <Keys />
      </div>
    </CallArea>
  );
}
