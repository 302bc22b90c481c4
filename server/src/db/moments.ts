/**
 * Things that come in crowds: the first goes to `release` at once and begins a moment of `momentMs`; those that come
 * within it wait for its end, go together, and begin another.
 */
export class Moments<Held> {
  readonly #momentMs: number;
  readonly #release: (held: Held) => void;
  #held: Held[] = [];
  #isRunning = false;

  constructor(momentMs: number, release: (held: Held) => void) {
    this.#momentMs = momentMs;
    this.#release = release;
  }

  add(held: Held): void {
    if (this.#isRunning) {
      this.#held.push(held);
      return;
    }
    this.#begin();
    this.#release(held);
  }

  /** Whatever waits, which waits no longer and is not released. */
  takeAll(): readonly Held[] {
    const held = this.#held;
    if (held.length > 0) this.#held = [];
    return held;
  }

  #begin(): void {
    this.#isRunning = true;
    setTimeout(() => this.#end(), this.#momentMs).unref();
  }

  #end(): void {
    this.#isRunning = false;
    const held = this.takeAll();
    if (held.length > 0) this.#begin();
    for (const each of held) this.#release(each);
  }
}
