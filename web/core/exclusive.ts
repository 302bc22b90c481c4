/** Runs what it is given one after the other, in the order given. A failure is the caller's and stops nobody else. */
export class Exclusive {
  #last: Promise<unknown> = Promise.resolve();

  run<Value>(action: () => Promise<Value>): Promise<Value> {
    const next = this.#last.then(action, action);
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Resolves once everything given so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
