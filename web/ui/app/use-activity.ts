import { SECOND_MS } from "@tacit/shared/limits";
import { useEffect } from "react";
import { useSurroundings } from "./surroundings.ts";

const AT_MOST_EVERY_MS = 10 * SECOND_MS;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"] as const;

/** Tells the client that somebody is here, while keys are open. A page that is shown again tells it at once. */
export function useActivity(isOpen: boolean): void {
  const { client, clock } = useSurroundings();
  useEffect(() => {
    if (!isOpen) return;
    let toldAtMs = Number.NEGATIVE_INFINITY;
    const tell = () => {
      toldAtMs = clock.nowMs();
      // Where the client has gone meanwhile there is nothing to lock.
      client.noteActivity().catch(() => undefined);
    };
    const onSign = () => {
      if (Math.abs(clock.nowMs() - toldAtMs) >= AT_MOST_EVERY_MS) tell();
    };
    const onShown = () => document.visibilityState === "visible" && tell();
    for (const sign of SIGNS) addEventListener(sign, onSign, { passive: true, capture: true });
    document.addEventListener("visibilitychange", onShown);
    document.addEventListener("resume", tell);
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, onSign, { capture: true });
      document.removeEventListener("visibilitychange", onShown);
      document.removeEventListener("resume", tell);
    };
  }, [isOpen, client, clock]);
}
