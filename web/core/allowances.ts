/** `atOnce` of something, and after that one more for each `everyMs`: what comes faster is not for taking. */
export type Allowance = { readonly atOnce: number; readonly everyMs: number };

/** A token bucket. Nothing of it is kept. */
export class Bucket {
  readonly #allowance: Allowance;
  #left: number;
  #atMs: number | undefined;

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
    this.#left = allowance.atOnce;
  }

  /** Takes one, or answers false. A clock that was set back gives nothing for it. */
  take(nowMs: number): boolean {
    if (!this.has(nowMs)) return false;
    this.#left -= 1;
    return true;
  }

  has(nowMs: number): boolean {
    const { atOnce, everyMs } = this.#allowance;
    this.#left = Math.min(atOnce, this.#left + Math.max(0, nowMs - (this.#atMs ?? nowMs)) / everyMs);
    this.#atMs = nowMs;
    return this.#left >= 1;
  }
}

/** What each contact may have of us, and all of them together. */
export class Allowances {
  readonly #each: Allowance;
  readonly #all: Bucket;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: { readonly each: Allowance; readonly all: Allowance }) {
    this.#each = limits.each;
    this.#all = new Bucket(limits.all);
  }

  /** Takes one, or says whose are used up. `isOwed`: others cannot use it up for this contact. */
  take(who: string, nowMs: number, isOwed = false): "taken" | "theirs-used" | "all-used" {
    const own = this.#buckets.get(who) ?? new Bucket(this.#each);
    this.#buckets.set(who, own);
    if (!own.has(nowMs)) return "theirs-used";
    if (!this.#all.take(nowMs) && !isOwed) return "all-used";
    own.take(nowMs);
    return "taken";
  }

  /** What they had was welcome: they have all of it again. */
  forgive(who: string): void {
    this.#buckets.delete(who);
  }
}
