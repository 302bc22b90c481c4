import { ok } from "@tacit/shared/result";
import type { LocalClient } from "@tacit/web/core/client";
import type { Me } from "@tacit/web/core/views";

/** What the clients of one browser share: only one of them may be open. */
export class MemoryAccount {
  name = "Alice";
  readonly sent: string[] = [];
  readonly openConversations = new Set<string>();
  clients = 0;
  watches = 0;
  /** A text that begins with "slow" is not answered before this settles. */
  slow: Promise<void> = Promise.resolve();

  /** As much of a client as tabs can tell apart: a name to watch and change, texts, conversations. */
  async open(): Promise<LocalClient> {
    if (this.clients > 0) throw new Error("two clients of one account");
    this.clients += 1;
    const listeners = new Set<() => void>();
    const client: Partial<LocalClient> = {
      watch: (_query, listener) => {
        const show = () => listener({ name: this.name } as Me as never);
        this.watches += 1;
        listeners.add(show);
        queueMicrotask(show);
        return () => {
          this.watches -= Number(listeners.delete(show));
        };
      },
      rename: async (name) => {
        if (name === "") throw new RangeError("a name has at least one character");
        this.name = name;
        for (const show of listeners) show();
      },
      sendText: async (_contact, text) => {
        this.sent.push(text);
        if (text.startsWith("slow")) await this.slow;
        return ok(`id of ${text}` as never);
      },
      saveDraft: async (_contact, text) => {
        this.sent.push(`draft ${text}`);
        await this.slow;
      },
      openConversation: async (contact) => {
        this.openConversations.add(contact);
      },
      closeConversation: async (contact) => {
        this.openConversations.delete(contact);
      },
      close: async () => {
        listeners.clear();
        this.clients -= 1;
      },
    };
    return client as LocalClient;
  }

  /** What a crash leaves of its client. */
  crash(): void {
    this.clients = 0;
    this.watches = 0;
    this.openConversations.clear();
  }
}
