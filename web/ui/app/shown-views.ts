import type { Client } from "@tacit/web/core/client-api";
import type { Query, ValueOf } from "@tacit/web/core/views";
import { keepEqual } from "./keep-equal.ts";

type Listener = (value: unknown) => void;
type Shown = { readonly listeners: Set<Listener>; isThere: boolean; value: unknown; stop: () => void };

/**
 * What the screens show of a client: each query is watched once, whoever shows it, and only while somebody does. What did
 * not change in a value is the same object as before.
 */
export class ShownViews {
  readonly #client: Client;
  readonly #shown = new Map<string, Shown>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The value of a query that is watched already. `key`: of `keyOfQuery`. */
  present<Q extends Query>(key: string): ValueOf<Q> | undefined {
    return this.#shown.get(key)?.value as ValueOf<Q> | undefined;
  }

  /** Calls `listener` with the value, also with the present one, and again with each that says something else. */
  watch<Q extends Query>(key: string, listener: (value: ValueOf<Q>) => void): () => void {
    const heard = listener as Listener;
    const shown = this.#shown.get(key) ?? this.#begin(key);
    shown.listeners.add(heard);
    if (shown.isThere) heard(shown.value);
    return () => {
      if (!shown.listeners.delete(heard) || shown.listeners.size > 0) return;
      shown.stop();
      this.#shown.delete(key);
    };
  }

  #begin(key: string): Shown {
    const shown: Shown = { listeners: new Set(), isThere: false, value: undefined, stop: () => undefined };
    this.#shown.set(key, shown);
    shown.stop = this.#client.watch(JSON.parse(key) as Query, (value) => {
      const kept = keepEqual(shown.value, value);
      if (shown.isThere && Object.is(kept, shown.value)) return;
      shown.isThere = true;
      shown.value = kept;
      for (const listener of [...shown.listeners]) listener(kept);
    });
    return shown;
  }
}

/** Equal queries have equal keys. */
export function keyOfQuery(query: Query): string {
  return JSON.stringify(query);
}
