import { SECOND_MS } from "@tacit/shared/limits";
import type { CallEnd } from "@tacit/shared/wire/signals";
import type { CallEndReason } from "../call-view.ts";
import type { CallOutcome } from "../views.ts";
import type { Call, CallEffect, CallState, Step } from "./call-state.ts";
import { mayExchangeMedia } from "./consent.ts";

/** How long a call that ended as it should stays on the screen. Any other stays until the person has seen it. */
const GOODBYE_MS = 3 * SECOND_MS;

type Ending = {
  readonly reason: CallEndReason;
  /** What they are told. Absent where they said it themselves, or know nothing of this call. */
  readonly say?: CallEnd | undefined;
};

/** Ends the call that there is: everything is released, the row of the conversation is written, they are told. */
export function end(state: Exclude<CallState, { phase: "idle" | "ended" }>, ending: Ending, nowMs: number): Step {
  const { call } = state;
  const { reason } = ending;
  const sinceMs = "sinceMs" in state ? state.sinceMs : undefined;
  const effects: CallEffect[] = [...letGo(state, ending, nowMs)];
  if (reason === "hung-up" || reason === "they-hung-up" || reason === "declined-here") {
    effects.push({ do: "start-timer", timer: "dismiss", ms: GOODBYE_MS });
  }
  return [{ phase: "ended", call, reason, sinceMs, endedAtMs: nowMs }, effects];
}

/** The same without a word to the person: another call takes its place. */
export function letGo(
  state: Exclude<CallState, { phase: "idle" | "ended" }>,
  { reason, say }: Ending,
  nowMs: number,
): readonly CallEffect[] {
  const { call, phase } = state;
  const effects: CallEffect[] = [{ do: "stop-timers" }, { do: "release-all" }, { do: "close-peer" }];
  // Before the ring nothing has left, and there is nothing to tell or to remember.
  if (phase === "preparing") return effects;
  if (say !== undefined) effects.push({ do: "say", call, step: { do: "end", why: say } });
  // Somebody may have set the clock back since.
  const durationMs = "sinceMs" in state ? Math.max(0, nowMs - state.sinceMs) : undefined;
  effects.push({ do: "record", call, outcome: outcomeOf(state, reason), durationMs });
  return effects;
}

function outcomeOf(state: CallState & { readonly call: Call }, reason: CallEndReason): CallOutcome {
  if (state.phase === "live" || state.phase === "reconnecting") return "answered";
  if (reason === "elsewhere" || reason === "busy" || reason === "declined") return reason;
  if (mayExchangeMedia(state)) return "failed";
  if (state.call.role === "callee") return reason === "declined-here" || reason === "hung-up" ? "declined" : "missed";
  return reason === "no-answer" ? "no-answer" : reason === "hung-up" ? "cancelled" : "failed";
}

/** What the word of the other side means here. */
export function reasonOf(why: CallEnd): CallEndReason {
  switch (why) {
    case "hung-up":
      return "they-hung-up";
    case "failed":
      return "lost";
    default:
      return why;
  }
}
