import type { Store } from "@tacit/web/core/ports";

/** How a device's storage fails, and when its process dies. */
export class Fate {
  isDead = false;
  /** So many commits from now are refused, and change nothing. */
  refusals = 0;
  #last: { commits: number; readonly isWritten: boolean; readonly die: () => void } | undefined;

  /** Dies at one of the next commits, before or after it is written. */
  dieAt(commits: number, isWritten: boolean, die: () => void): void {
    this.#last = { commits, isWritten, die };
  }

  /** A store as a process with this fate sees it. */
  bind(store: Store): Store {
    const whileAlive =
      <Input extends readonly unknown[], Output>(action: (...input: Input) => Promise<Output>) =>
      async (...input: Input): Promise<Output> => {
        if (this.isDead) throw new Error("the process is dead");
        return action(...input);
      };
    return {
      get: whileAlive((table, id) => store.get(table, id)),
      list: whileAlive((table, range) => store.list(table, range)),
      count: whileAlive((table, range) => store.count(table, range)),
      clear: whileAlive(() => store.clear()),
      close: () => store.close(),
      commit: whileAlive(async (commit) => {
        if (this.refusals > 0) {
          this.refusals -= 1;
          throw new Error("could not store: the disk is full");
        }
        const last = this.#last;
        if (last !== undefined) last.commits -= 1;
        if (last === undefined || last.commits > 0) return store.commit(commit);
        if (last.isWritten) await store.commit(commit);
        this.isDead = true;
        last.die();
        throw new Error("the process died");
      }),
    };
  }
}
