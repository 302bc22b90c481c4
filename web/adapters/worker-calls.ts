import { type Endpoint, type Remote, wrap } from "comlink";

/** `failed` settles when it could not start or has broken down. */
export type StartedWorker = {
  readonly endpoint: Endpoint;
  readonly failed: Promise<Error>;
  terminate(): void;
};

type Running<Code> = {
  readonly remote: Remote<Code>;
  /** What rejects each call that has no answer yet. */
  readonly waiting: Set<(why: Error) => void>;
  end(why: Error): void;
};

/**
 * Calls of `Code` in a worker, which starts with the first one. When it ends, by `end` or by itself, what has no answer by
 * then rejects, and the next call starts another worker.
 */
export class WorkerCalls<Code> {
  readonly #name: string;
  readonly #start: () => StartedWorker;
  #running: Running<Code> | undefined;

  constructor(name: string, start: () => StartedWorker) {
    this.#name = name;
    this.#start = start;
  }

  /** A race with one promise for all calls would hold every answer for as long as the worker runs. */
  ask<Value>(question: (remote: Remote<Code>) => Promise<Value>): Promise<Value> {
    const { remote, waiting } = this.#run();
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    waiting.add(reject);
    question(remote).then(resolve, reject);
    return promise.finally(() => waiting.delete(reject));
  }

  end(why: Error): void {
    this.#running?.end(why);
  }

  #run(): Running<Code> {
    if (this.#running !== undefined) return this.#running;
    const { endpoint, failed, terminate } = this.#start();
    const started: Running<Code> = {
      remote: wrap<Code>(endpoint),
      waiting: new Set(),
      end: (why) => {
        if (this.#running === started) this.#running = undefined;
        terminate();
        for (const reject of started.waiting) reject(why);
      },
    };
    void failed.then((cause) => started.end(new Error(`the ${this.#name} worker has broken down`, { cause })));
    this.#running = started;
    return started;
  }
}
