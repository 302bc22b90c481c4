import type { NewPasskey } from "@tacit/web/core/client-api";
import { useView } from "./use-view.ts";

/** The passkey that unlocks this device, locked or open. */
export function usePasskey(): NewPasskey["lock"] | undefined {
  const me = useView({ view: "me" });
  const phase = useView({ view: "phase" });
  return me?.passkey ?? (phase?.phase === "locked" ? phase.passkey : undefined);
}
