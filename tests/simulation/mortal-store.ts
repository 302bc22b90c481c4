import type { Store } from "@tacit/web/core/ports/store";

/** How a device's storage fails, and when its process dies. */
export class Fate {
  isDead = false;
  /** So many commits from now are refused, and change nothing. */
  refusals = 0;
  /** So many reads from now fail. */
  deafness = 0;
  readonly #on: (fate: string) => void;
  #last: { commits: number; readonly isWritten: boolean; readonly die: () => void } | undefined;

  constructor(on: (fate: string) => void = () => {}) {
    this.#on = on;
  }

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
    const ifReadable = <Input extends readonly unknown[], Output>(read: (...input: Input) => Promise<Output>) =>
      whileAlive(async (...input: Input) => {
        if (this.deafness === 0) return read(...input);
        this.deafness -= 1;
        this.#on("a read failed");
        throw new Error("could not read: the disk is broken");
      });
    return {
      get: ifReadable((table, id) => store.get(table, id)),
      list: ifReadable((table, range) => store.list(table, range)),
      count: ifReadable((table, range) => store.count(table, range)),
      clear: whileAlive(() => store.clear()),
      close: () => store.close(),
      commit: whileAlive(async (commit) => {
        if (this.refusals > 0) {
          this.refusals -= 1;
          this.#on("a commit was refused");
          throw new Error("could not store: the disk is full");
        }
        const last = this.#last;
        if (last !== undefined) last.commits -= 1;
        if (last === undefined || last.commits > 0) return store.commit(commit);
        if (last.isWritten) await store.commit(commit);
        const isOutbox = [...(commit.put ?? []), ...(commit.remove ?? [])].some(({ table }) => table === "outbox");
        this.#on(`died ${last.isWritten ? "after" : "before"} a commit${isOutbox ? " with the outbox" : ""}`);
        this.isDead = true;
        last.die();
        throw new Error("the process died");
      }),
    };
  }
}
