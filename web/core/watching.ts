import type { Query, ValueOf } from "./views.ts";

type Watch = {
  readonly topics: readonly string[];
  readonly show: () => Promise<void>;
  isStale: boolean;
  isRunning: boolean;
  isOver: boolean;
};

/** Shows each watched query anew when one of its topics was touched. A burst of changes is shown once. */
export class Watching {
  readonly #watches = new Set<Watch>();

  watch<Q extends Query>(
    topics: readonly string[],
    read: () => Promise<ValueOf<Q>>,
    listener: (value: ValueOf<Q>) => void,
  ): () => void {
    const watch: Watch = {
      topics,
      show: async () => {
        const value = await read();
        if (!watch.isOver && !watch.isStale) listener(value);
      },
      isStale: true,
      isRunning: false,
      isOver: false,
    };
    this.#watches.add(watch);
    void this.#run(watch);
    return () => {
      watch.isOver = true;
      this.#watches.delete(watch);
    };
  }

  touch(topics: ReadonlySet<string>): void {
    for (const watch of this.#watches) {
      if (!watch.topics.some((topic) => topics.has(topic))) continue;
      watch.isStale = true;
      void this.#run(watch);
    }
  }

  async #run(watch: Watch): Promise<void> {
    if (watch.isRunning) return;
    watch.isRunning = true;
    while (watch.isStale && !watch.isOver) {
      watch.isStale = false;
      try {
        await watch.show();
      } catch {
        // Locked or closed while reading: what was shown stays until the next change says otherwise.
      }
    }
    watch.isRunning = false;
  }
}

export const TOPIC = {
  phase: "phase",
  connection: "connection",
  me: "me",
  settings: "settings",
  conversations: "conversations",
  cards: "cards",
  recovery: "recovery",
  call: "call",
  storage: "storage",
  contact: (contact: string) => `contact ${contact}`,
  messages: (contact: string) => `messages ${contact}`,
} as const;
