import type { DeviceId } from "@tacit/shared/ids";
import type { CallStep } from "@tacit/shared/wire/signals";
import type { CallEvent } from "./call-state.ts";

/** What a step of theirs is to the call that it is about. A ring begins one and is not. */
export function toEvent(said: CallStep, from: DeviceId): CallEvent | undefined {
  switch (said.do) {
    case "ring":
      return undefined;
    case "signal":
      return { event: said.signal.kind, signal: said.signal, from };
    case "accept":
      return { event: "accepted", nonce: said.nonce };
    case "reveal":
      return { event: "revealed", nonce: said.nonce };
    case "sending": {
      const { microphone, camera, screen } = said;
      return { event: "sending", theirs: { microphone, camera, screen } };
    }
    case "confirm":
      return { event: "they-confirmed" };
    case "end":
      return { event: "end", why: said.why };
  }
}
