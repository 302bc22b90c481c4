import type { CallState } from "./call-state.ts";

// The gate. Nothing is recorded, sent or played in a phase that these do not name, whatever the other side says: the
// reducer asks here before it wants any of it, and the runner asks here again before it does it. docs/PROTOCOL.md §5.8.

/** Both people want the call: we placed it and they took it, or we took it. */
export function mayExchangeMedia({ phase }: CallState): boolean {
  return phase === "connecting" || phase === "live" || phase === "reconnecting";
}

/** The person here placed the call or took it. */
export function mayCapture(state: CallState): boolean {
  const { phase } = state;
  return (
    phase === "preparing" ||
    phase === "calling" ||
    phase === "ringing" ||
    phase === "accepting" ||
    mayExchangeMedia(state)
  );
}
