/** Decides when the relay commits: as soon as it can, or, once it is shut, when it is opened again. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #isShut = false;

  /** For `AppOptions`. */
  readonly schedule = (flush: () => void): void => {
    if (this.#isShut) this.#waiting.push(flush);
    else setImmediate(flush);
  };

  /** Whether there is work that waits for the gate. */
  get isWaitedFor(): boolean {
    return this.#waiting.length > 0;
  }

  shut(): void {
    this.#isShut = true;
  }

  open(): void {
    this.#isShut = false;
    for (const flush of this.#waiting.splice(0)) flush();
  }
}
