import type { Client } from "../core/client-api.ts";
import type { ContactId } from "../core/views.ts";

/** Which tab has which conversation on screen. The client hears of the last tab that leaves one. */
export class OpenConversations {
  readonly #client: Client;
  readonly #tabs = new Map<ContactId, Set<string>>();

  constructor(client: Client) {
    this.#client = client;
  }

  async open(tab: string, contact: ContactId): Promise<void> {
    const tabs = this.#tabs.get(contact) ?? new Set();
    this.#tabs.set(contact, tabs.add(tab));
    await this.#client.openConversation(contact);
  }

  async close(tab: string, contact: ContactId): Promise<void> {
    const tabs = this.#tabs.get(contact);
    if (!tabs?.delete(tab) || tabs.size > 0) return;
    this.#tabs.delete(contact);
    await this.#client.closeConversation(contact);
  }

  async leave(tab: string): Promise<void> {
    await Promise.all([...this.#tabs.keys()].map((contact) => this.close(tab, contact)));
  }
}
