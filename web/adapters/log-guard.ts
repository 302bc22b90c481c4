type Ports = {
  /** Rejects where there is no room for one. */
  readonly beginNewLog: () => Promise<void>;
  /** Whether the browser left the database open; after a write that found no room on the disk it closes it. */
  readonly isOpen: () => boolean;
  /** Resolves when a browser that closes the database has done so. */
  readonly settle: () => Promise<void>;
};

/**
 * Lets nothing be written behind a record that may be half written: nothing before a new log was begun, whenever the log
 * was opened and after each failure.
 */
export class LogGuard {
  readonly #ports: Ports;
  #isNew = false;
  /** Of the last failure, until a new log was begun. */
  #settled: Promise<void> | undefined;
  #beginning: Promise<void> | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The log was opened, and goes on behind what is at its end. */
  opened(): void {
    this.#isNew = false;
  }

  async read<Value>(read: () => Promise<Value>): Promise<Value> {
    await this.#settled;
    // To open the log again writes to it.
    if (this.#settled !== undefined && !this.#ports.isOpen()) await this.#begin();
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
      this.#settled = this.#ports.settle();
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
    await this.#ports.beginNewLog();
    this.#isNew = true;
    this.#settled = undefined;
  }
}
