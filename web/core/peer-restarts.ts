import { SECOND_MS } from "@tacit/shared/limits";
import type { Clock } from "./ports/clock.ts";

const RESTART_EVERY_MS = 2 * SECOND_MS;

/** Restarts of one peer: at most one per 2 s. All that are asked for meanwhile become one, at the end of it. */
export class Restarts {
  readonly #clock: Clock;
  readonly #restart: () => void;
  #lastMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, restart: () => void) {
    this.#clock = clock;
    this.#restart = restart;
  }

  ask(): void {
    if (this.#cancel !== undefined) return;
    const waitMs = this.#lastMs + RESTART_EVERY_MS - this.#clock.nowMs();
    if (waitMs > 0) this.#cancel = this.#clock.after(waitMs, () => this.#run());
    else this.#run();
  }

  close(): void {
    this.#cancel?.();
    this.#lastMs = Number.POSITIVE_INFINITY;
  }

  #run(): void {
    this.#cancel = undefined;
    this.#lastMs = this.#clock.nowMs();
    this.#restart();
  }
}
