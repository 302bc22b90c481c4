import type { Bytes } from "@tacit/shared/bytes";
import type { Result } from "@tacit/shared/result";
import type { Client, NewPasskey } from "@tacit/web/core/client-api";
import type { StagedFile, StageFailure } from "@tacit/web/core/files/staging";
import type { Clock } from "@tacit/web/core/ports/clock";
import type { Random } from "@tacit/web/core/ports/random";
import { createContext, useContext } from "react";
import type { CallStage } from "../call/stage.ts";
import type { Drafts } from "../conversation/drafts.ts";
import type { ShownViews } from "./shown-views.ts";

/** Newer versions of the app, which wait until a person lets them in. */
export type Updates = {
  watch(listener: (isReady: boolean) => void): () => void;
  /** Loads the page anew, with the newest version that there is. */
  load(): Promise<void>;
};

/** The sealed files of this browser. */
export type Files = {
  /** Seals a picked file into this browser. `moved` hears how much of it was read, and answers whether to go on. */
  stage(file: Blob, moved: (bytes: number) => boolean): Promise<Result<StagedFile, StageFailure>>;
  /** The file in clear, as `mediaType`. Rejects where what lies here is not the file. */
  open(file: StagedFile, mediaType: string): Promise<Blob>;
  /** Asks the person where to, and writes the file there; as a download where a browser cannot ask. */
  save(file: StagedFile, name: string): Promise<"saved" | "cancelled">;
  /** Of a staged file that is not sent after all. */
  remove(shelf: string): Promise<void>;
};

/** cancelled: nobody agreed, or it is not there any more. no-prf: it can sign in, and unlock nothing. */
export type PasskeyRefusal = "cancelled" | "no-prf" | "unsupported";
/** left: one was made, and what unlocks was not given then; it may lie in the manager of passkeys. */
export type NoPasskeyMade = PasskeyRefusal | "left";
type PasskeyLock = NewPasskey["lock"];

/** Passkeys of this browser. `create` and `ask` want a press of a button just before. */
export type Passkeys = {
  isOffered(): Promise<boolean>;
  create(person: { readonly login: string; readonly name: string }): Promise<Result<NewPasskey, NoPasskeyMade>>;
  /** The 32 bytes that it derives. */
  ask(lock: PasskeyLock): Promise<Result<Bytes, PasskeyRefusal>>;
  /** It opens nothing any more: whoever manages passkeys may put it away. */
  forget(lock: PasskeyLock): void;
};

/** What a relay says of itself to anybody. */
export type RelayGreeting = { readonly name: string; readonly registration: "open" | "invite" | "closed" };

/** What main.tsx gives to the screens: the messenger, the app itself, time and chance. */
export type Outside = {
  readonly client: Client;
  readonly updates: Updates;
  readonly files: Files;
  readonly passkeys: Passkeys;
  /** Whether this looks like a private window, which forgets everything when it closes. */
  readonly looksFleeting: () => Promise<boolean>;
  readonly clock: Clock;
  readonly random: Random;
  /** Asks the relay what it is called; `undefined` where it does not answer. */
  readonly greet: () => Promise<RelayGreeting | undefined>;
  /** Fetches the messenger's code ahead of the first call. */
  readonly prepare: () => void;
  /** Absent where this browser cannot call. */
  readonly calls: CallStage | undefined;
};

export type Surroundings = Outside & {
  /** Runs a command that only fails when this device cannot store; says so on the screen if it does. */
  readonly perform: (command: Promise<unknown>) => void;
  /** The client's views, as `useView` shows them. */
  readonly views: ShownViews;
  readonly drafts: Drafts;
};

export const SurroundingsContext = createContext<Surroundings | undefined>(undefined);

export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (surroundings === undefined) throw new Error("a screen was rendered outside of App");
  return surroundings;
}
