import type { EnvelopeId } from "@tacit/shared/ids";
import { type Digest, mapKey } from "../hash.ts";
import type { Clock } from "../ports.ts";
import type { MailboxId } from "./mailbox-id.ts";

const MAX_REMEMBERED = 30_000;

type Memory = { readonly digest: Digest; readonly untilMs: number };

/**
 * Envelopes that were collected before they were stored, so that a post whose answer was lost is not handed over again.
 * In memory only, the newest of them: what is forgotten may be handed over once more, and its device knows it by then.
 */
export class Elided {
  readonly #clock: Clock;
  readonly #forMs: number;
  /** The oldest first. */
  readonly #remembered = new Map<string, Memory>();

  constructor(clock: Clock, forMs: number) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  add(mailbox: MailboxId, id: EnvelopeId, digest: Digest): void {
    this.#remembered.set(nameOf(mailbox, id), { digest, untilMs: this.#clock.nowMs() + this.#forMs });
    const [oldest] = this.#remembered.size > MAX_REMEMBERED ? this.#remembered.keys() : [];
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }

  digestOf(mailbox: MailboxId, id: EnvelopeId): Digest | undefined {
    const memory = this.#remembered.get(nameOf(mailbox, id));
    return memory === undefined || memory.untilMs <= this.#clock.nowMs() ? undefined : memory.digest;
  }

  /** Lets go of what is over. */
  sweep(): void {
    for (const [name, { untilMs }] of this.#remembered) {
      if (untilMs > this.#clock.nowMs()) return;
      this.#remembered.delete(name);
    }
  }

  /** A mailbox is no more. */
  forget(mailbox: MailboxId): void {
    const beginning = mapKey(mailbox);
    for (const name of this.#remembered.keys()) if (name.startsWith(beginning)) this.#remembered.delete(name);
  }
}

function nameOf(mailbox: MailboxId, id: EnvelopeId): string {
  return mapKey(mailbox) + mapKey(id);
}
