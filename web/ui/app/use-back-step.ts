import { useCallback, useSyncExternalStore } from "react";

/**
 * A step within one place, such as sign-up on the page of an invitation: the browser's back button leaves it, and the
 * fragment with the invitation stays. `undefined` is the first step.
 */
export function useBackStep<Step extends string>(steps: readonly Step[]): [Step | undefined, (step: Step) => void] {
  const step = useSyncExternalStore(watchHistory, currentStep);
  const go = useCallback((next: Step) => goToStep(next), []);
  return [steps.find((known) => known === step), go];
}

/** Where the place itself is not on the screen yet. */
export function goToStep(step: string): void {
  history.pushState({ step, steps: stepsTaken() + 1 }, "");
  dispatchEvent(new PopStateEvent("popstate"));
}

/** How many steps were taken in this place. */
export function stepsTaken(): number {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "steps" in state && typeof state.steps === "number"
    ? state.steps
    : 0;
}

/** Goes back before the first step. */
export async function leaveSteps(): Promise<void> {
  const taken = stepsTaken();
  if (taken === 0) return;
  const left = new Promise<void>((resolve) => addEventListener("popstate", () => resolve(), { once: true }));
  history.go(-taken);
  await left;
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
