import type { Phase } from "@tacit/web/core/views";
import { Suspense, useEffect, useMemo, useState } from "react";
import { I18nextProvider } from "react-i18next";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { buildI18n } from "../i18n/build-i18n.ts";
import { Broken } from "./Broken.tsx";
import { lazyScreen } from "./lazy-screen.ts";
import { NotSaved } from "./NotSaved.tsx";
import { Starting } from "./Starting.tsx";
import { type Surroundings, SurroundingsContext } from "./surroundings.ts";
import { applyTheme } from "./theme.ts";
import { useView } from "./use-view.ts";

const Damaged = lazyScreen(async () => (await import("../welcome/Damaged.tsx")).Damaged);
const Unusable = lazyScreen(async () => (await import("../welcome/Unusable.tsx")).Unusable);
const Onboarding = lazyScreen(async () => (await import("../welcome/Onboarding.tsx")).Onboarding);
const SignInAgain = lazyScreen(async () => (await import("../welcome/SignIn.tsx")).SignInAgain);
const Shell = lazyScreen(async () => (await import("./Shell.tsx")).Shell);
const Unlock = lazyScreen(async () => (await import("../welcome/Unlock.tsx")).Unlock);

/** The whole interface over one client. */
export function App({ client, clock, random }: Omit<Surroundings, "perform">) {
  const [words] = useState(buildI18n);
  const [hasFailed, setFailed] = useState(false);
  const surroundings = useMemo<Surroundings>(
    () => ({ client, clock, random, perform: (command) => void command.catch(() => setFailed(true)) }),
    [client, clock, random],
  );
  return (
    <I18nextProvider i18n={words}>
      <Broken>
        <SurroundingsContext value={surroundings}>
          <Router hook={useHashLocation}>
            <Suspense fallback={<Starting />}>
              <Screen />
            </Suspense>
            {hasFailed && <NotSaved onDismiss={() => setFailed(false)} />}
          </Router>
        </SurroundingsContext>
      </Broken>
    </I18nextProvider>
  );
}

function Screen() {
  const phase = useView({ view: "phase" });
  useChosenTheme(phase?.phase === "open");
  return phase === undefined ? <Starting /> : screenOf(phase);
}

function screenOf(phase: Phase) {
  switch (phase.phase) {
    case "starting":
      return <Starting />;
    case "empty":
      return <Onboarding />;
    case "locked":
      return <Unlock />;
    case "signed-out":
      return <SignInAgain login={phase.login} />;
    case "open":
      return <Shell />;
    case "damaged":
      return <Damaged />;
    case "unusable":
      return <Unusable />;
  }
}

/** Settings are sealed until the client is open; before that public/theme.js knows the theme. */
function useChosenTheme(isOpen: boolean): void {
  const theme = useView({ view: "settings" })?.theme;
  useEffect(() => {
    if (isOpen && theme !== undefined) applyTheme(theme);
  }, [isOpen, theme]);
}
