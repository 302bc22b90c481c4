import type { Connection, Phase } from "@tacit/web/core/views";
import { useState } from "react";
import { useView } from "./use-view.ts";

/** out: the relay wants the password again. tried: it took the password, and did not let us in yet. */
export type SignIn = "idle" | "out" | "tried" | "replaced";

/** What the way of signing in again says so far: out again before being let in means that another device is there. */
export function nextSignIn(before: SignIn, phase: Phase["phase"], connection: Connection["state"]): SignIn {
  if (phase === "signed-out") return before === "tried" || before === "replaced" ? "replaced" : "out";
  const isIn = connection === "online" || connection === "draining";
  return phase === "open" && before !== "idle" && !isIn ? "tried" : "idle";
}

/** Whether another device has taken the place of this one, as far as this page has seen. */
export function useReplaced(phase: Phase | undefined): boolean {
  const connection = useView({ view: "connection" })?.state ?? "offline";
  const [before, setBefore] = useState<SignIn>("idle");
  const now = phase === undefined ? before : nextSignIn(before, phase.phase, connection);
  if (now !== before) setBefore(now);
  return now === "replaced";
}
