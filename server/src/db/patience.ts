/** So many turns of the event loop pass at least: while it is busy, what would make the held unnecessary is late too. */
const TICKS = 3;

/** Holds things for three ticks of `tickMs` each, in their order, and gives them to `release`. Keeps no process alive. */
export class Patience<Held> {
  readonly #tickMs: number;
  readonly #release: (held: Held) => void;
  /** By the tick that they came in, the oldest first. */
  readonly #generations: Set<Held>[] = Array.from({ length: TICKS }, () => new Set());
  #isTicking = false;

  constructor(tickMs: number, release: (held: Held) => void) {
    this.#tickMs = tickMs;
    this.#release = release;
  }

  hold(held: Held): void {
    this.#generations.at(-1)?.add(held);
    this.#tickSoon();
  }

  /** Whether it was still held. It is not any more, and is not released. */
  letGo(held: Held): boolean {
    return this.#generations.some((generation) => generation.delete(held));
  }

  /** Releases everything, now. */
  letAllGo(): void {
    for (const generation of this.#generations) this.#empty(generation);
  }

  #tickSoon(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    setTimeout(() => this.#tick(), this.#tickMs).unref();
  }

  #tick(): void {
    this.#isTicking = false;
    const [oldest] = this.#generations;
    if (oldest === undefined) return;
    this.#empty(oldest);
    this.#generations.push(this.#generations.shift() as Set<Held>);
    if (this.#generations.some(({ size }) => size > 0)) this.#tickSoon();
  }

  #empty(generation: Set<Held>): void {
    const held = [...generation];
    generation.clear();
    for (const each of held) this.#release(each);
  }
}
