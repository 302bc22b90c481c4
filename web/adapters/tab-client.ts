import type { Client } from "../core/client-api.ts";
import type { ContactId, Query, ValueOf } from "../core/views.ts";
import { METHODS, type Method } from "./client-methods.ts";
import type { TabMessage, Watched } from "./tab-messages.ts";
import type { TabOwner } from "./tab-owner.ts";

/** The tab that ran the client was closed while it did this. It may have happened, or not. */
export class OwnerGone extends Error {
  override readonly name = "OwnerGone";

  constructor() {
    super("the tab that did this was closed meanwhile");
  }
}

/** Where calls go: nowhere yet, to this tab's own client, to the owner's tab, or nowhere any more. */
type Route =
  | { readonly to: "nobody" }
  | { readonly to: "this"; readonly client: Client; readonly owner: TabOwner }
  | { readonly to: "owner"; readonly owner: string }
  | { readonly to: "failure"; readonly error: Error };

type Call = {
  readonly method: Method;
  readonly values: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  hasBegun: boolean;
};
type Watch = Watched & { stop: () => void };

/** A client as this tab sees it, whichever tab runs it. Calls wait for an owner; watches go on with each new one. */
export class TabCalls {
  readonly #tab: string;
  readonly #post: (message: TabMessage) => void;
  readonly #calls = new Map<number, Call>();
  readonly #watches = new Map<number, Watch>();
  readonly #conversations = new Set<ContactId>();
  #route: Route = { to: "nobody" };
  #count = 0;

  constructor(tab: string, post: (message: TabMessage) => void) {
    this.#tab = tab;
    this.#post = post;
  }

  call(method: Method, values: readonly unknown[]): Promise<unknown> {
    if (method === "openConversation") this.#conversations.add(values[0] as ContactId);
    if (method === "closeConversation") this.#conversations.delete(values[0] as ContactId);
    return new Promise((resolve, reject) => {
      const id = this.#count++;
      this.#calls.set(id, { method, values, resolve, reject, hasBegun: false });
      this.#send(id);
    });
  }

  watch<Q extends Query>(query: Q, listener: (value: ValueOf<Q>) => void): () => void {
    const id = this.#count++;
    // The owner answers a query with its own values.
    this.#watches.set(id, { query, listener: listener as (value: unknown) => void, stop: () => undefined });
    this.#attach(id);
    return () => {
      this.#watches.get(id)?.stop();
      this.#watches.delete(id);
    };
  }

  handle(message: TabMessage): void {
    if (message.kind === "owner") {
      const isKnown = this.#route.to === "owner" && this.#route.owner === message.owner;
      if (this.#route.to !== "this" && !isKnown) this.switchTo({ to: "owner", owner: message.owner });
      return;
    }
    const { to } = this.#route;
    if (!("tab" in message) || message.tab !== this.#tab || message.kind === "hello") return;
    if (to !== "owner" || message.owner !== this.#route.owner) return;
    if (message.kind === "value") this.#watches.get(message.watch)?.listener(message.value);
    else if (message.kind === "begun") this.#begun(message.call);
    else if (message.kind === "answer") this.#settle(message.call, ({ resolve }) => resolve(message.value));
    else if (message.kind === "failure") {
      this.#settle(message.call, ({ reject }) => reject(new Error(message.message)));
    }
  }

  /** Moves everything over: see METHODS for calls that have begun elsewhere. */
  switchTo(route: Route): void {
    for (const watch of this.#watches.values()) watch.stop();
    this.#route = route;
    for (const [id, { method, hasBegun }] of [...this.#calls]) {
      if (hasBegun && METHODS[method] === "once") this.#settle(id, ({ reject }) => reject(new OwnerGone()));
      else this.#send(id);
    }
    // A client that is locked opens none; it will be asked again when a person opens one.
    for (const contact of this.#conversations) this.call("openConversation", [contact]).catch(() => undefined);
    for (const id of this.#watches.keys()) this.#attach(id);
  }

  #send(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    const { method, values } = call;
    const route = this.#route;
    call.hasBegun = false;
    if (route.to === "failure") this.#settle(id, ({ reject }) => reject(route.error));
    if (route.to === "this") {
      const settle = (how: (call: Call) => void) => this.#settle(id, how);
      route.owner.perform(this.#tab, method, values).then(
        (value) => settle(({ resolve }) => resolve(value)),
        (error: Error) => settle(({ reject }) => reject(error)),
      );
    }
    if (route.to === "owner") {
      const { owner } = route;
      this.#post({ kind: "call", owner, tab: this.#tab, call: id, method, values: [...values] });
    }
  }

  #attach(id: number): void {
    const watch = this.#watches.get(id);
    const route = this.#route;
    if (watch === undefined) return;
    watch.stop = () => undefined;
    if (route.to === "this") watch.stop = route.client.watch(watch.query, watch.listener);
    if (route.to === "owner") {
      const name = { owner: route.owner, tab: this.#tab, watch: id };
      watch.stop = () => this.#post({ kind: "unwatch", ...name });
      this.#post({ kind: "watch", ...name, query: watch.query });
    }
  }

  #begun(id: number): void {
    const call = this.#calls.get(id);
    if (call) call.hasBegun = true;
  }

  #settle(id: number, how: (call: Call) => void): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (call) how(call);
  }
}
