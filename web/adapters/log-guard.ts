type Ports = {
  /** Rejects where there is no room for one. */
  readonly beginNewLog: () => Promise<void>;
  /** Whether the browser left the database open; after a write that found no room on the disk it closes it. */
  readonly isOpen: () => boolean;
  /** Resolves when a browser that closes the database has done so. */
  readonly settle: () => Promise<void>;
};

/**
 * Lets nothing be written behind a record that may be half written: a new log is begun before the database is opened,
 * which itself writes to the log, and after each failure.
 */
export class LogGuard {
  readonly #ports: Ports;
  /** Since the last new log nothing has failed, and nobody has closed the database. */
  #isNew = false;
  /** Of the last failure, until a new log was begun. */
  #settled: Promise<void> | undefined;
  #beginning: Promise<void> | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The browser closed the database: some write found no room, of this page or of another. */
  closed(): void {
    this.#isNew = false;
  }

  async read<Value>(read: () => Promise<Value>): Promise<Value> {
    await this.#settled;
    if (!this.#isNew && !this.#ports.isOpen()) await this.#begin();
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
