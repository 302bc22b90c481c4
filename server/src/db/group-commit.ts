import { Moments } from "./moments.ts";
import type { Db } from "./open.ts";
import { Patience } from "./patience.ts";

/** SQLite's codes for what no other work would fare better with: the disk, or another process that holds the database. */
const REFUSALS = /^SQLITE_(IOERR|FULL|READONLY|CANTOPEN|CORRUPT|NOTADB|BUSY)/;

type Job = { readonly work: () => void; readonly done: () => void; readonly failed: (error: unknown) => void };

/** Work that may become unnecessary while it waits. */
export type Deferred<Value> = {
  /** As that of `run`; `undefined` where it was withdrawn. */
  readonly done: Promise<Value | undefined>;
  readonly isDone: boolean;
  /** It waits no longer than other work. */
  hurry(): void;
  /** It never runs. Only until it is done. */
  withdraw(): void;
};

/** A device that is there collects within this, about. */
const MOMENT_MS = 5;

/**
 * The only writer of the database. Whatever arrives while a commit runs shares the next one: the disk sets the pace,
 * and one fsync serves a crowd. A promise resolves once its work is on the disk.
 */
export class GroupCommit {
  readonly #transact: (jobs: readonly Job[]) => void;
  readonly #schedule: (flush: () => void) => void;
  readonly #patience: Patience<Job> | undefined;
  readonly #moments: Moments<Job> | undefined;
  readonly #onRollback: (() => void)[] = [];
  readonly #onRefusal: ((failure: unknown) => void)[] = [];
  #waiting: Job[] = [];
  #isRefused = false;

  /** `schedule` says when the waiting work is committed; a simulation decides that itself, of all work alike. */
  constructor(db: Db, schedule?: (flush: () => void) => void) {
    const write = db.$client.prepare("UPDATE relay SET id = id");
    const transaction = db.$client.transaction((jobs: readonly Job[]) => {
      // Work that only reads would say nothing of the disk.
      if (this.#isRefused) write.run();
      for (const job of jobs) job.work();
    });
    this.#transact = (jobs) => transaction.immediate(jobs);
    this.#schedule = schedule ?? setImmediate;
    if (schedule !== undefined) return;
    this.#patience = new Patience(MOMENT_MS, (job) => this.#add(job));
    this.#moments = new Moments(MOMENT_MS, (job) => this.#add(job));
  }

  /**
   * Runs `work` inside the next commit; rejects with what it throws, or when the disk refuses. `work` may run twice:
   * if a neighbour's fails, all is rolled back and each runs alone. Where the disk refuses, it refuses all of them.
   */
  run<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => this.#add(toJob(work, resolve, reject)));
  }

  /**
   * As `run`, for what comes in crowds: what comes within a moment of the one before waits for the end of that moment, or
   * for a commit that is made anyhow. A commit of its own for each costs more than all else that is done for it.
   */
  gather<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      const job = toJob(work, resolve, reject);
      if (this.#moments === undefined) this.#add(job);
      else this.#moments.add(job);
    });
  }

  /** As `run`, in a moment: so that there is time to withdraw it, or so that it joins with more. */
  defer<Value>(work: () => Value): Deferred<Value> {
    const { promise: done, resolve, reject } = Promise.withResolvers<Value | undefined>();
    let isDone = false;
    const finish = (value: Value | undefined) => {
      isDone = true;
      resolve(value);
    };
    const job = toJob(work, finish, reject);
    const held = this.#patience;
    if (held === undefined) this.#add(job);
    else held.hold(job);
    return {
      done,
      get isDone() {
        return isDone;
      },
      hurry: () => {
        if (held?.letGo(job) === true) this.#add(job);
      },
      withdraw: () => {
        if (held?.letGo(job) !== true) this.#waiting = this.#waiting.filter((waiting) => waiting !== job);
        finish(undefined);
      },
    };
  }

  /** Whether the disk refused the last commit. The next one tries it again, even with work that writes nothing. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Calls `tell` when the disk begins to refuse, with what it says, and with `undefined` when it takes a commit again. */
  onRefusal(tell: (failure: unknown) => void): void {
    this.#onRefusal.push(tell);
  }

  /** Calls `forget` whenever a commit was undone: what memory says about the database may be wrong then. */
  onRollback(forget: () => void): void {
    this.#onRollback.push(forget);
  }

  /** Commits everything that waits, now. */
  flush(): void {
    this.#patience?.letAllGo();
    this.#flush();
  }

  #add(job: Job): void {
    this.#waiting.push(job);
    if (this.#waiting.length === 1) this.#schedule(() => this.#flush());
  }

  #flush(): void {
    const jobs = [...this.#waiting, ...(this.#moments?.takeAll() ?? [])];
    if (jobs.length === 0) return;
    this.#waiting = [];
    const failure = this.#commit(jobs);
    if (failure === undefined) return;
    if (jobs.length === 1 || this.#isRefused) for (const job of jobs) job.failed(failure.error);
    else for (const job of jobs) this.#commitAlone(job);
  }

  #commitAlone(job: Job): void {
    const failure = this.#commit([job]);
    if (failure !== undefined) job.failed(failure.error);
  }

  #commit(jobs: readonly Job[]): { readonly error: unknown } | undefined {
    try {
      this.#transact(jobs);
    } catch (error) {
      for (const forget of this.#onRollback) forget();
      if (isRefusal(error)) this.#learn(true, error);
      return { error };
    }
    this.#learn(false);
    for (const job of jobs) job.done();
    return undefined;
  }

  #learn(isRefused: boolean, failure?: unknown): void {
    if (isRefused === this.#isRefused) return;
    this.#isRefused = isRefused;
    for (const tell of this.#onRefusal) tell(failure);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && REFUSALS.test(String(error.code));
}

function toJob<Value>(work: () => Value, resolve: (value: Value) => void, failed: (error: unknown) => void): Job {
  let value: Value;
  return {
    work: () => {
      value = work();
    },
    done: () => resolve(value),
    failed,
  };
}
