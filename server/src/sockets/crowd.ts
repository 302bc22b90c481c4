/** How many connections each visitor has open. */
export class Crowd {
  readonly #limit: number;
  readonly #open = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  hasRoom(visitor: string): boolean {
    return (this.#open.get(visitor) ?? 0) < this.#limit;
  }

  enter(visitor: string): void {
    this.#open.set(visitor, (this.#open.get(visitor) ?? 0) + 1);
  }

  leave(visitor: string): void {
    const open = this.#open.get(visitor) ?? 0;
    if (open > 1) this.#open.set(visitor, open - 1);
    else this.#open.delete(visitor);
  }
}
