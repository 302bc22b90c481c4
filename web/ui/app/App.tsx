import type { Phase } from "@tacit/web/core/views";
import type { i18n } from "i18next";
import { Suspense, useEffect, useMemo, useState } from "react";
import { I18nextProvider } from "react-i18next";
import { Router } from "wouter";
import { Drafts } from "../conversation/drafts.ts";
import { Announcer } from "./Announcer.tsx";
import css from "./App.module.css";
import { applyTheme } from "./appearance.ts";
import { Broken } from "./Broken.tsx";
import { useHashHistory } from "./hash-history.ts";
import { lazyScreen } from "./lazy-screen.ts";
import { NotSaved } from "./NotSaved.tsx";
import { Starting } from "./Starting.tsx";
import { ShownViews } from "./shown-views.ts";
import { type Outside, type Surroundings, SurroundingsContext } from "./surroundings.ts";
import { UpdateBar } from "./UpdateBar.tsx";
import { useActivity } from "./use-activity.ts";
import { useReplaced } from "./use-replaced.ts";
import { useView } from "./use-view.ts";

const Damaged = lazyScreen(async () => (await import("../welcome/Damaged.tsx")).Damaged);
const Unusable = lazyScreen(async () => (await import("../welcome/Unusable.tsx")).Unusable);
const Onboarding = lazyScreen(async () => (await import("../welcome/Onboarding.tsx")).Onboarding);
const SignInAgain = lazyScreen(async () => (await import("../welcome/SignInAgain.tsx")).SignInAgain);
const Shell = lazyScreen(async () => (await import("./Shell.tsx")).Shell);
const Unlock = lazyScreen(async () => (await import("../welcome/Unlock.tsx")).Unlock);

type AppProps = { readonly outside: Outside; readonly words: i18n };

/** The whole interface over one client. */
export function App({ outside, words }: AppProps) {
  const [hasFailed, setFailed] = useState(false);
  const surroundings = useMemo<Surroundings>(
    () => ({
      ...outside,
      perform: (command) => void command.catch(() => setFailed(true)),
      views: new ShownViews(outside.client),
      drafts: new Drafts((contact, text) => outside.client.saveDraft(contact, text)),
    }),
    [outside],
  );
  return (
    <I18nextProvider i18n={words}>
      <SurroundingsContext value={surroundings}>
        <Broken>
          <Announcer>
            <Router hook={useHashHistory}>
              <div className={css["app"]}>
                <UpdateBar />
                <div className={css["screen"]}>
                  <Suspense fallback={<Starting />}>
                    <Screen />
                  </Suspense>
                </div>
              </div>
              {hasFailed && <NotSaved onDismiss={() => setFailed(false)} />}
            </Router>
          </Announcer>
        </Broken>
      </SurroundingsContext>
    </I18nextProvider>
  );
}

function Screen() {
  const phase = useView({ view: "phase" });
  useMissingPart(phase === undefined);
  useChosenTheme(phase?.phase === "open");
  useActivity(phase?.phase === "open" || phase?.phase === "signed-out");
  const isReplaced = useReplaced(phase);
  const [wasLocked, setWasLocked] = useState(false);
  if (phase?.phase === "locked" && !wasLocked) setWasLocked(true);
  return phase === undefined ? <Starting /> : screenOf(phase, isReplaced, wasLocked);
}

function screenOf(phase: Phase, isReplaced: boolean, wasLocked: boolean) {
  switch (phase.phase) {
    case "starting":
      return <Starting />;
    case "empty":
      return <Onboarding />;
    case "locked":
      return <Unlock passkey={phase.passkey} />;
    case "signed-out":
      return <SignInAgain login={phase.login} isReplaced={isReplaced} />;
    case "open":
      return <Shell isUnlocked={wasLocked} />;
    case "damaged":
      return <Damaged />;
    case "unusable":
      return <Unusable />;
  }
}

/**
 * Without the messenger itself the page would stand still. Later on whoever asked for a part that did not come hears of
 * it: it may be one that nobody needs now, and in a call the page is not to go.
 */
function useMissingPart(isStarting: boolean): void {
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    if (!isStarting) return;
    const miss = () => setMissing(true);
    addEventListener("vite:preloadError", miss);
    return () => removeEventListener("vite:preloadError", miss);
  }, [isStarting]);
  if (isMissing && isStarting) throw new Error("a part of the app did not come");
}

/** Settings are sealed until the client is open; before that public/before-paint.js knows the theme. */
function useChosenTheme(isOpen: boolean): void {
  const theme = useView({ view: "settings" })?.theme;
  useEffect(() => {
    if (isOpen && theme !== undefined) applyTheme(theme);
  }, [isOpen, theme]);
}
