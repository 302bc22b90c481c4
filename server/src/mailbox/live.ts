import type { Bytes } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import { LIVE_TTL_MS, MAX_LIVE_ENVELOPES } from "@tacit/shared/limits";
import type { Lane } from "@tacit/shared/wire/envelopes";
import { mapKey } from "../hash.ts";
import type { Clock } from "../ports.ts";
import type { MailboxId } from "./mailbox-id.ts";

/** `sealed` is dropped once collected; the rest stays for its time, so that a repeat is known. */
type Entry = {
  readonly id: EnvelopeId;
  readonly lane: Lane;
  readonly digest: Bytes;
  /** The last durable sequence number when it came: it is handed over after that one. */
  readonly after: number;
  readonly expiresAtMs: number;
  sealed: Bytes | undefined;
};
export type LiveEnvelope = Pick<Entry, "id" | "lane" | "after"> & { readonly sealed: Bytes };

/** What all mailboxes together may hold in memory. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The live and ring lanes: in memory for a minute, acknowledged like all others, gone with the process. How many fit
 * does not depend on whether anybody collects, so that nobody learns from an answer whether a device is connected.
 */
export class LiveLanes {
  readonly #clock: Clock;
  readonly #mailboxes = new Map<string, Map<string, Entry>>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hasRoom(mailbox: MailboxId, bytes: number): boolean {
    return this.#entriesOf(mailbox).size < MAX_LIVE_ENVELOPES && this.#bytes + bytes <= MAX_BYTES;
  }

  digestOf(mailbox: MailboxId, id: EnvelopeId): Bytes | undefined {
    return this.#entriesOf(mailbox).get(mapKey(id))?.digest;
  }

  put(mailbox: MailboxId, envelope: LiveEnvelope & { readonly digest: Bytes }): void {
    const entries = this.#entriesOf(mailbox);
    entries.set(mapKey(envelope.id), { ...envelope, expiresAtMs: this.#clock.nowMs() + LIVE_TTL_MS });
    this.#mailboxes.set(mapKey(mailbox), entries);
    this.#bytes += envelope.sealed.length;
  }

  /** What waits, the oldest first. */
  waiting(mailbox: MailboxId): LiveEnvelope[] {
    const waiting: LiveEnvelope[] = [];
    for (const { id, lane, after, sealed } of this.#entriesOf(mailbox).values()) {
      if (sealed !== undefined) waiting.push({ id, lane, after, sealed });
    }
    return waiting;
  }

  collected(mailbox: MailboxId, id: EnvelopeId): void {
    const entry = this.#mailboxes.get(mapKey(mailbox))?.get(mapKey(id));
    if (entry !== undefined) this.#empty(entry);
  }

  /** Drops everything of a mailbox that is no more. */
  forget(mailbox: MailboxId): void {
    for (const entry of this.#entriesOf(mailbox).values()) this.#empty(entry);
    this.#mailboxes.delete(mapKey(mailbox));
  }

  /** Drops what expired in every mailbox. */
  sweep(): void {
    for (const [name, entries] of this.#mailboxes) {
      this.#sweep(entries);
      if (entries.size === 0) this.#mailboxes.delete(name);
    }
  }

  #entriesOf(mailbox: MailboxId): Map<string, Entry> {
    const entries = this.#mailboxes.get(mapKey(mailbox));
    if (entries === undefined) return new Map();
    this.#sweep(entries);
    return entries;
  }

  #sweep(entries: Map<string, Entry>): void {
    const nowMs = this.#clock.nowMs();
    for (const [id, entry] of entries) {
      if (entry.expiresAtMs > nowMs) return;
      this.#empty(entry);
      entries.delete(id);
    }
  }

  #empty(entry: Entry): void {
    this.#bytes -= entry.sealed?.length ?? 0;
    entry.sealed = undefined;
  }
}
