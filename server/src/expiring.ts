import type { Clock } from "./ports.ts";

/** What is remembered for a fixed time, in memory only. The oldest goes first when it is full. */
export class Expiring<Value> {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #max: number;
  /** In the order of their expiry: every entry lives equally long. */
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAtMs: number }>();

  constructor(clock: Clock, ttlMs: number, max: number) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#max = max;
  }

  put(key: string, value: Value): void {
    this.sweep();
    this.#entries.delete(key);
    if (this.#entries.size >= this.#max) this.#dropOldest();
    this.#entries.set(key, { value, expiresAtMs: this.#clock.nowMs() + this.#ttlMs });
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiresAtMs > this.#clock.nowMs() ? entry.value : undefined;
  }

  /** Gives it out once. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  /** Drops every entry whose key `matches`. */
  drop(matches: (key: string) => boolean): void {
    for (const key of this.#entries.keys()) if (matches(key)) this.#entries.delete(key);
  }

  sweep(): void {
    const nowMs = this.#clock.nowMs();
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAtMs > nowMs) return;
      this.#entries.delete(key);
    }
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      return;
    }
  }
}
