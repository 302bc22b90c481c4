import { useCallback, useSyncExternalStore } from "react";

/**
 * A step within one place, such as sign-up on the page of an invitation: the browser's back button leaves it, and the
 * fragment with the invitation stays. `undefined` is the first step.
 */
export function useBackStep<Step extends string>(steps: readonly Step[]): [Step | undefined, (step: Step) => void] {
  const step = useSyncExternalStore(watchHistory, currentStep);
  const go = useCallback((next: Step) => {
    history.pushState({ step: next }, "");
    dispatchEvent(new PopStateEvent("popstate"));
  }, []);
  return [steps.find((known) => known === step), go];
}

function currentStep(): string | undefined {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "step" in state && typeof state.step === "string"
    ? state.step
    : undefined;
}

function watchHistory(onChange: () => void): () => void {
  addEventListener("popstate", onChange);
  return () => removeEventListener("popstate", onChange);
}
