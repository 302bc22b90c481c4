import type { Client } from "../core/client-api.ts";
import type { ContactId, Query } from "../core/views.ts";
import { isMethod, type Method, perform } from "./client-methods.ts";
import type { Locks } from "./locks.ts";
import { OpenConversations } from "./open-conversations.ts";
import { lockOfTab, type TabMessage } from "./tab-messages.ts";

/** Serves the client of this tab to all the others, for as long as they are open. */
export class TabOwner {
  readonly #tab: string;
  readonly #client: Client;
  readonly #conversations: OpenConversations;
  readonly #post: (message: TabMessage) => void;
  readonly #locks: Locks;
  readonly #stops = new Map<string, Map<number, () => void>>();

  constructor(tab: string, client: Client, post: (message: TabMessage) => void, locks: Locks) {
    this.#tab = tab;
    this.#client = client;
    this.#conversations = new OpenConversations(client);
    this.#post = post;
    this.#locks = locks;
  }

  announce(): void {
    this.#post({ kind: "owner", owner: this.#tab });
  }

  handle(message: TabMessage): void {
    if (message.kind === "hello") {
      this.announce();
      return;
    }
    if (!("tab" in message) || message.owner !== this.#tab) return;
    if (message.kind === "call") void this.#answer(message);
    else if (message.kind === "watch") this.#watch(message.tab, message.watch, message.query as Query);
    else if (message.kind === "unwatch") this.#stopsOf(message.tab).get(message.watch)?.();
  }

  /** For any tab, this one included. */
  async perform(tab: string, method: Method, values: readonly unknown[]): Promise<unknown> {
    if (method === "openConversation") return this.#conversations.open(tab, values[0] as ContactId);
    if (method === "closeConversation") return this.#conversations.close(tab, values[0] as ContactId);
    return perform(this.#client, method, values);
  }

  close(): void {
    for (const stops of this.#stops.values()) for (const stop of stops.values()) stop();
    this.#stops.clear();
  }

  async #answer({ tab, call, method, values }: Extract<TabMessage, { kind: "call" }>): Promise<void> {
    const owner = this.#tab;
    this.#stopsOf(tab);
    this.#post({ kind: "begun", owner, tab, call });
    try {
      if (!isMethod(method)) throw new RangeError(`this version cannot ${method}`);
      this.#post({ kind: "answer", owner, tab, call, value: await this.perform(tab, method, values) });
    } catch (error) {
      this.#post({ kind: "failure", owner, tab, call, message: error instanceof Error ? error.message : "" });
    }
  }

  #watch(tab: string, watch: number, query: Query): void {
    const owner = this.#tab;
    const stops = this.#stopsOf(tab);
    stops.get(watch)?.();
    const stop = this.#client.watch(query, (value) => this.#post({ kind: "value", owner, tab, watch, value }));
    stops.set(watch, () => {
      stop();
      stops.delete(watch);
    });
  }

  /** A tab that is heard for the first time is waited for until it is gone. */
  #stopsOf(tab: string): Map<number, () => void> {
    const known = this.#stops.get(tab);
    if (known !== undefined) return known;
    const stops = new Map<number, () => void>();
    this.#stops.set(tab, stops);
    void this.#locks.request(lockOfTab(tab), async () => {
      for (const stop of stops.values()) stop();
      this.#stops.delete(tab);
      // A client that is locked by now has no conversation open.
      await this.#conversations.leave(tab).catch(() => undefined);
    });
    return stops;
  }
}
