import type { EnvelopeId } from "@tacit/shared/ids";
import { type Digest, mapKey } from "../hash.ts";
import type { Clock } from "../ports.ts";
import { type MailboxId, nameOf } from "./mailbox-id.ts";

/** At least so many are remembered, and at most twice as many. */
const REMEMBERED = 15_000;

type Memory = { readonly digest: Digest; readonly untilMs: number };

/**
 * Envelopes that were collected before they were stored, so that a post whose answer was lost is not handed over again.
 * In memory only, the newest of them: what is forgotten may be handed over once more, and its device knows it by then.
 */
export class Elided {
  readonly #clock: Clock;
  readonly #forMs: number;
  // Two halves, the older of which goes at once: a Map that loses its first entry again and again is slow to find the next.
  #newer = new Map<string, Memory>();
  #older = new Map<string, Memory>();

  constructor(clock: Clock, forMs: number) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  add(mailbox: MailboxId, id: EnvelopeId, digest: Digest): void {
    if (this.#newer.size >= REMEMBERED) this.#turn();
    this.#newer.set(entryName(mailbox, id), { digest, untilMs: this.#clock.nowMs() + this.#forMs });
  }

  digestOf(mailbox: MailboxId, id: EnvelopeId): Digest | undefined {
    if (this.#newer.size + this.#older.size === 0) return undefined;
    const name = entryName(mailbox, id);
    const memory = this.#newer.get(name) ?? this.#older.get(name);
    return memory === undefined || memory.untilMs <= this.#clock.nowMs() ? undefined : memory.digest;
  }

  /** A mailbox is no more. */
  forget(mailbox: MailboxId): void {
    const beginning = nameOf(mailbox);
    for (const half of [this.#newer, this.#older]) {
      for (const name of half.keys()) if (name.startsWith(beginning)) half.delete(name);
    }
  }

  #turn(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
  }
}

function entryName(mailbox: MailboxId, id: EnvelopeId): string {
  return nameOf(mailbox) + mapKey(id);
}
