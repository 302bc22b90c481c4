import type { Locks } from "../locks.ts";

type Waiting = { readonly tab: TabLocks; readonly grant: () => void };

/** `navigator.locks` of one origin, with tabs that can die. */
export class MemoryLocks {
  readonly #queues = new Map<string, Waiting[]>();

  tab(): TabLocks {
    return new TabLocks(this);
  }

  enter(name: string, tab: TabLocks, held: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const waiting: Waiting = {
        tab,
        grant: () =>
          void held()
            .then(resolve, reject)
            .finally(() => this.#leave(name, waiting)),
      };
      queue.push(waiting);
      if (queue[0] === waiting) queueMicrotask(waiting.grant);
    });
  }

  /** What a browser does with the locks of a tab that was closed or has crashed. */
  die(tab: TabLocks): void {
    for (const [name, queue] of this.#queues) {
      for (const waiting of queue.filter((one) => one.tab === tab)) this.#leave(name, waiting);
    }
  }

  #leave(name: string, gone: Waiting): void {
    const queue = this.#queues.get(name) ?? [];
    const at = queue.indexOf(gone);
    if (at < 0) return;
    queue.splice(at, 1);
    const [next] = queue;
    if (at === 0 && next) queueMicrotask(next.grant);
  }
}

export class TabLocks implements Locks {
  readonly #all: MemoryLocks;

  constructor(all: MemoryLocks) {
    this.#all = all;
  }

  request(name: string, held: () => Promise<void>): Promise<void> {
    return this.#all.enter(name, this, held);
  }

  die(): void {
    this.#all.die(this);
  }
}
