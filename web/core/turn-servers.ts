import { MINUTE_MS } from "@tacit/shared/limits";
import type { TurnAnswer } from "@tacit/shared/wire/turn";
import type { Core } from "./core.ts";
import type { IceServer } from "./ports/peers.ts";

/** What is younger than this is not asked for again; what lasts no longer is not used. */
const MARGIN_MS = MINUTE_MS;

/**
 * The TURN servers of our relay with their passing credentials. They are asked for while the client is online, whether
 * anybody calls or not: the relay does not learn from it when somebody does.
 */
export class TurnServers {
  readonly #core: Core;
  #answer: TurnAnswer | undefined;
  #cancel: (() => void) | undefined;
  #isKept = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Keeps them fresh until `stop`. */
  start(): void {
    this.stop();
    this.#isKept = true;
    void this.#renew();
  }

  stop(): void {
    this.#isKept = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** None where the relay has none, or does not answer. */
  async now(): Promise<readonly IceServer[]> {
    if (!this.#isFresh()) await this.#ask();
    return this.held();
  }

  /** The same without asking: what is done at any time of its own must not show at the relay. */
  held(): readonly IceServer[] {
    return this.#isFresh() ? (this.#answer?.servers ?? []) : [];
  }

  /** For one of several connections at once, each to a device of the same contact. */
  heldFor(connections: number): readonly IceServer[] {
    return waysFor(this.held(), connections);
  }

  #isFresh(): boolean {
    return this.#answer !== undefined && this.#answer.expiresAtMs - MARGIN_MS > this.#core.nowMs();
  }

  async #renew(): Promise<void> {
    await this.#ask();
    if (!this.#isKept) return;
    const leftMs = (this.#answer?.expiresAtMs ?? 0) - this.#core.nowMs();
    this.#cancel?.();
    this.#cancel = this.#core.ports.clock.after(Math.max(leftMs / 2, MARGIN_MS), () => void this.#renew());
  }

  async #ask(): Promise<void> {
    try {
      const answer = await this.#core.ports.relay.request("turn", {}, this.#core.account.token);
      if (answer.ok) this.#answer = answer.value;
    } catch {
      // Locked meanwhile: there is nobody to call.
    }
  }
}

/**
 * Each way to a server is a place that a connection takes up there, and one account has few: who is connected to several
 * devices of somebody takes the first way alone. A contact whose list names many devices leaves room for a call so.
 */
export function waysFor(servers: readonly IceServer[], connections: number): readonly IceServer[] {
  return connections > 1 ? servers.map((server) => ({ ...server, urls: server.urls.slice(0, 1) })) : servers;
}
