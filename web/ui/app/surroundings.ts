import type { Client } from "@tacit/web/core/client-api";
import type { Clock, Random } from "@tacit/web/core/ports";
import { createContext, useContext } from "react";

/** What screens get from outside: the messenger, time and chance. */
export type Surroundings = {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  /** Runs a command that only fails when this device cannot store; says so on the screen if it does. */
  readonly perform: (command: Promise<unknown>) => void;
};

export const SurroundingsContext = createContext<Surroundings | undefined>(undefined);

export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (surroundings === undefined) throw new Error("a screen was rendered outside of App");
  return surroundings;
}
