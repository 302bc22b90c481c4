import { toHex } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import type { Mailboxes } from "../mailbox/mailboxes.ts";

/** A device's connection that writes down what it is told. */
export class Listener {
  readonly heard: string[] = [];
  readonly pages: (readonly Envelope[])[] = [];
  isEnded = false;
  readonly #mailboxes: Mailboxes;
  readonly #mailbox: MailboxId;

  constructor(mailboxes: Mailboxes, mailbox: MailboxId) {
    this.#mailboxes = mailboxes;
    this.#mailbox = mailbox;
    mailboxes.attach(mailbox, this);
  }

  envelopes(page: readonly Envelope[]): void {
    this.pages.push(page);
    for (const { id } of page) this.heard.push(toHex(id));
  }

  drained(): void {
    this.heard.push("drained");
  }

  ended(): void {
    this.isEnded = true;
  }

  get lastPage(): readonly Envelope[] {
    return this.pages.at(-1) ?? [];
  }

  /** Collects `ids`, or the last page. */
  collect(ids: readonly EnvelopeId[] = this.lastPage.map(({ id }) => id)): Promise<void> {
    return this.#mailboxes.collected(this.#mailbox, ids);
  }

  disconnect(): void {
    this.#mailboxes.detach(this.#mailbox, this);
  }
}
