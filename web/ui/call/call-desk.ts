import type { ContactId } from "@tacit/web/core/views";
import { createContext, useContext } from "react";

/** Where a person says that they want to call somebody; what has to be cleared first is cleared there. */
export type CallDesk = {
  /** Absent where this browser cannot call. */
  readonly ask: ((contact: ContactId, isVideo: boolean) => void) | undefined;
};

export const CallDeskContext = createContext<CallDesk>({ ask: undefined });

export function useCallDesk(): CallDesk {
  return useContext(CallDeskContext);
}
