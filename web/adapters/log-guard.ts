/**
 * Lets nothing be written behind a record that may be half written: nothing before a new log was begun, whenever the log
 * was opened and after each failure. `beginNewLog` rejects where there is no room for one.
 */
export class LogGuard {
  readonly #beginNewLog: () => Promise<void>;
  #isNew = false;
  #hasFailed = false;
  #beginning: Promise<void> | undefined;

  constructor(beginNewLog: () => Promise<void>) {
    this.#beginNewLog = beginNewLog;
  }

  /** The log was opened, and goes on behind what is at its end. */
  opened(): void {
    this.#isNew = false;
  }

  async read<Value>(read: () => Promise<Value>): Promise<Value> {
    // To open the log again writes to it.
    if (this.#hasFailed) await this.#begin();
    return await this.#attempt(read);
  }

  async write<Value>(write: () => Promise<Value>): Promise<Value> {
    if (!this.#isNew) await this.#begin();
    return await this.#attempt(write);
  }

  /** Of everything: what may be damaged goes, and no room is asked for. */
  removeAll(remove: () => Promise<void>): Promise<void> {
    return this.#attempt(remove);
  }

  async #attempt<Value>(action: () => Promise<Value>): Promise<Value> {
    try {
      return await action();
    } catch (error) {
      this.#isNew = false;
      this.#hasFailed = true;
      throw error;
    }
  }

  #begin(): Promise<void> {
    this.#beginning ??= this.#beginNow().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  async #beginNow(): Promise<void> {
    await this.#beginNewLog();
    this.#isNew = true;
    this.#hasFailed = false;
  }
}
