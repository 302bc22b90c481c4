import type { Client } from "@tacit/web/core/client-api";
import type { Clock, Random } from "@tacit/web/core/ports";
import { createContext, useContext } from "react";

/** Newer versions of the app, which wait until a person lets them in. */
export type Updates = {
  watch(listener: (isReady: boolean) => void): () => void;
  /** Loads the page anew, with the newest version that there is. */
  load(): Promise<void>;
};

/** What main.tsx gives to the screens: the messenger, the app itself, time and chance. */
export type Outside = {
  readonly client: Client;
  readonly updates: Updates;
  readonly clock: Clock;
  readonly random: Random;
  /** Fetches the messenger's code ahead of the first call. */
  readonly prepare: () => void;
};

export type Surroundings = Outside & {
  /** Runs a command that only fails when this device cannot store; says so on the screen if it does. */
  readonly perform: (command: Promise<unknown>) => void;
};

export const SurroundingsContext = createContext<Surroundings | undefined>(undefined);

export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (surroundings === undefined) throw new Error("a screen was rendered outside of App");
  return surroundings;
}
