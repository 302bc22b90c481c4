import type { Clock } from "./ports.ts";

const MAX_KEYS = 200_000;

/** How often something may happen per key, or how much of it, within a fixed window of time. In memory only: a restart forgives. */
export class Budget {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #limit: number;
  readonly #spent = new Map<string, number>();
  #window = 0;

  constructor(clock: Clock, windowMs: number, limit: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#limit = limit;
  }

  /** Whether so much was left; if so it is spent. `limit`: what counts now, where that is less than always. */
  spend(key: string, amount = 1, limit = this.#limit): boolean {
    this.#turn();
    const spent = this.#spent.get(key) ?? 0;
    if (spent + amount > Math.min(limit, this.#limit)) return false;
    if (spent === 0 && this.#spent.size >= MAX_KEYS) this.#dropOldest();
    this.#spent.set(key, spent + amount);
    return true;
  }

  /** Gives back what came to nothing. */
  refund(key: string, amount = 1): void {
    this.#turn();
    const spent = this.#spent.get(key) ?? 0;
    if (spent > amount) this.#spent.set(key, spent - amount);
    else this.#spent.delete(key);
  }

  #turn(): void {
    const window = Math.floor(this.#clock.nowMs() / this.#windowMs);
    if (window === this.#window) return;
    this.#window = window;
    this.#spent.clear();
  }

  #dropOldest(): void {
    for (const key of this.#spent.keys()) {
      this.#spent.delete(key);
      return;
    }
  }
}
