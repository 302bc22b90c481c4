import type { Store } from "@tacit/web/core/ports/store";

/** A store that dies at one commit, before or after writing it, and with it everything that its client does. */
export class Mortal {
  commits = 0;
  isDead = false;
  #diesAt = Number.POSITIVE_INFINITY;
  #writesLast = false;

  dieAt(commit: number, writesLast: boolean): void {
    this.commits = 0;
    this.#diesAt = commit;
    this.#writesLast = writesLast;
  }

  revive(): void {
    this.isDead = false;
    this.#diesAt = Number.POSITIVE_INFINITY;
  }

  readonly wrap = (store: Store): Store => {
    const mortal = this;
    const whileAlive =
      <Input extends readonly unknown[], Output>(action: (...input: Input) => Promise<Output>) =>
      async (...input: Input): Promise<Output> => {
        if (mortal.isDead) throw new Error("the process is dead");
        return action(...input);
      };
    return {
      get: whileAlive((table, id) => store.get(table, id)),
      list: whileAlive((table, range) => store.list(table, range)),
      count: whileAlive((table, range) => store.count(table, range)),
      clear: whileAlive(() => store.clear()),
      close: () => store.close(),
      commit: whileAlive(async (commit) => {
        mortal.commits += 1;
        if (mortal.commits < mortal.#diesAt) return store.commit(commit);
        if (mortal.#writesLast) await store.commit(commit);
        mortal.isDead = true;
        throw new Error("the process died");
      }),
    };
  };
}
