import type { Client } from "../core/client-api.ts";
import type { Query, ValueOf } from "../core/views.ts";
import { METHODS, type Method, perform } from "./client-methods.ts";

export type ClientWhenNeeded = Client & {
  /** Opens the client ahead of the first call, so that this one need not wait for its code. */
  prepare(): void;
};

type Outside = {
  /** Loads and opens the real client. A failure is told to whoever called, and the next call tries again. */
  open(): Promise<Client>;
  /** Whether this browser holds anything that a client would open. */
  holdsData(): Promise<boolean>;
};

type Watch = { readonly attach: (client: Client) => void; readonly tellEmpty: () => void };

/**
 * A client that is opened at once where this browser holds data, and elsewhere by the first call: the first screen of a
 * newcomer needs neither the database nor the protocol. Until then its phase is "empty", and nothing else is known.
 */
export function clientWhenNeeded({ open, holdsData }: Outside): ClientWhenNeeded {
  const watches = new Set<Watch>();
  let opening: Promise<Client> | undefined;
  let opened: Client | undefined;
  let isEmpty = false;

  function need(): Promise<Client> {
    opening ??= openNow();
    return opening;
  }

  async function openNow(): Promise<Client> {
    try {
      opened = await open();
    } catch (error) {
      opening = undefined;
      throw error;
    }
    for (const watch of watches) watch.attach(opened);
    return opened;
  }

  function prepare(): void {
    // Who needs it asks again, and hears of a failure.
    need().catch(() => undefined);
  }

  async function look(): Promise<void> {
    // A browser that does not say may hold data.
    const mayHold = await holdsData().catch(() => true);
    if (mayHold) return prepare();
    isEmpty = true;
    if (opened === undefined) for (const watch of watches) watch.tellEmpty();
  }

  void look();
  const methods = Object.keys(METHODS).map((method) => [
    method,
    async (...values: unknown[]) => perform(await need(), method as Method, values),
  ]);
  return {
    ...(Object.fromEntries(methods) as Omit<Client, "watch">),
    prepare,
    watch<Q extends Query>(query: Q, listener: (value: ValueOf<Q>) => void) {
      let stop = () => {};
      const watch: Watch = {
        attach(client) {
          stop = client.watch(query, listener);
        },
        tellEmpty() {
          // The value of the one view that is known.
          if (query.view === "phase") listener({ phase: "empty" } as ValueOf<Q>);
        },
      };
      watches.add(watch);
      if (opened !== undefined) watch.attach(opened);
      else if (isEmpty) watch.tellEmpty();
      return () => {
        watches.delete(watch);
        stop();
      };
    },
  };
}
