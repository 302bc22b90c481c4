import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import { KIB, LIVE_TTL_MS, MAX_LIVE_BYTES, MAX_LIVE_ENVELOPES } from "@tacit/shared/limits";
import type { Lane } from "@tacit/shared/wire/envelopes";
import { type Digest, mapKey } from "../hash.ts";
import type { Clock } from "../ports.ts";
import { type MailboxId, nameOf } from "./mailbox-id.ts";

/** `sealed` is dropped once collected; the rest stays for its time, so that a repeat is known. */
type Entry = {
  readonly id: EnvelopeId;
  readonly lane: Lane;
  readonly digest: Digest;
  /** The last durable sequence number when it came: it is handed over after that one. */
  readonly after: number;
  expiresAtMs: number;
  readonly bytes: number;
  sealed: Bytes | undefined;
};
export type LiveEnvelope = Pick<Entry, "id" | "lane" | "after"> & { readonly sealed: Bytes };

type Lanes = {
  readonly entries: Map<string, Entry>;
  /** Of all entries, collected or not: what counts against the mailbox's own limit. */
  takenBytes: number;
  /** Of those that are still here. */
  heldBytes: number;
};

/** What all mailboxes together may hold in memory, and what is left of it when it was too much. */
const MAX_HELD_BYTES = 256 * KIB * KIB;
const RELIEF = 7 / 8;

/**
 * The live and ring lanes: in memory for a minute, acknowledged like all others, gone with the process. How many fit in
 * a mailbox does not depend on whether anybody collects, nor on other mailboxes, so that nobody learns from an answer
 * whether a device is connected. When all together hold too much, the fullest mailboxes lose their oldest envelopes:
 * who fills mailboxes of their own takes nothing from others.
 */
export class LiveLanes {
  readonly #clock: Clock;
  readonly #maxHeldBytes: number;
  readonly #mailboxes = new Map<string, Lanes>();
  #heldBytes = 0;

  constructor(clock: Clock, maxHeldBytes = MAX_HELD_BYTES) {
    this.#clock = clock;
    this.#maxHeldBytes = maxHeldBytes;
  }

  hasRoom(mailbox: MailboxId, bytes: number): boolean {
    const { entries, takenBytes } = this.#lanesOf(mailbox);
    return entries.size < MAX_LIVE_ENVELOPES && takenBytes + bytes <= MAX_LIVE_BYTES;
  }

  digestOf(mailbox: MailboxId, id: EnvelopeId): Digest | undefined {
    return this.#mailboxes.has(nameOf(mailbox)) ? this.#lanesOf(mailbox).entries.get(mapKey(id))?.digest : undefined;
  }

  put(mailbox: MailboxId, envelope: LiveEnvelope & { readonly digest: Digest }): void {
    const lanes = this.#lanesOf(mailbox);
    const bytes = envelope.sealed.length;
    // What came are views of a frame, which would be kept whole.
    const own = { id: copyBytes(envelope.id) as EnvelopeId, sealed: copyBytes(envelope.sealed) };
    lanes.entries.set(mapKey(envelope.id), {
      ...envelope,
      ...own,
      bytes,
      expiresAtMs: this.#clock.nowMs() + LIVE_TTL_MS,
    });
    lanes.takenBytes += bytes;
    lanes.heldBytes += bytes;
    this.#heldBytes += bytes;
    this.#mailboxes.set(nameOf(mailbox), lanes);
    if (this.#heldBytes > this.#maxHeldBytes) this.#relieve();
  }

  /** What waits, the oldest first. */
  waiting(mailbox: MailboxId): LiveEnvelope[] {
    const waiting: LiveEnvelope[] = [];
    for (const { id, lane, after, sealed } of this.#lanesOf(mailbox).entries.values()) {
      if (sealed !== undefined) waiting.push({ id, lane, after, sealed });
    }
    return waiting;
  }

  /** Whether it came by these lanes. */
  collected(mailbox: MailboxId, id: EnvelopeId): boolean {
    const lanes = this.#mailboxes.get(nameOf(mailbox));
    const entry = lanes?.entries.get(mapKey(id));
    if (lanes === undefined || entry === undefined) return false;
    this.#empty(lanes, entry);
    return true;
  }

  /** Drops everything of a mailbox that is no more. */
  forget(mailbox: MailboxId): void {
    const lanes = this.#lanesOf(mailbox);
    for (const entry of lanes.entries.values()) this.#empty(lanes, entry);
    this.#mailboxes.delete(nameOf(mailbox));
  }

  /** Drops what expired in every mailbox. */
  sweep(): void {
    for (const [name, lanes] of this.#mailboxes) {
      this.#sweep(lanes);
      if (lanes.entries.size === 0) this.#mailboxes.delete(name);
    }
  }

  #lanesOf(mailbox: MailboxId): Lanes {
    const lanes = this.#mailboxes.get(nameOf(mailbox));
    if (lanes === undefined) return { entries: new Map(), takenBytes: 0, heldBytes: 0 };
    this.#sweep(lanes);
    return lanes;
  }

  #sweep(lanes: Lanes): void {
    const nowMs = this.#clock.nowMs();
    for (const [id, entry] of lanes.entries) {
      // What came before the clock was set back lives no longer than what comes now.
      if (entry.expiresAtMs > nowMs + LIVE_TTL_MS) {
        entry.expiresAtMs = nowMs + LIVE_TTL_MS;
        continue;
      }
      if (entry.expiresAtMs > nowMs) return;
      this.#empty(lanes, entry);
      lanes.takenBytes -= entry.bytes;
      lanes.entries.delete(id);
    }
  }

  #empty(lanes: Lanes, entry: Entry): void {
    const bytes = entry.sealed?.length ?? 0;
    entry.sealed = undefined;
    lanes.heldBytes -= bytes;
    this.#heldBytes -= bytes;
  }

  /** Brings the fullest mailboxes down to one level, so far that there is room for a while. */
  #relieve(): void {
    this.sweep();
    const lanes = [...this.#mailboxes.values()];
    const level = levelOf(
      lanes.map(({ heldBytes }) => heldBytes),
      this.#maxHeldBytes * RELIEF,
    );
    for (const each of lanes) {
      for (const entry of each.entries.values()) {
        if (each.heldBytes <= level) break;
        this.#empty(each, entry);
      }
    }
  }
}

/** The height at which `sizes` have to be cut off so that `total` is left of them. */
function levelOf(sizes: readonly number[], total: number): number {
  let left = total;
  for (const [i, size] of [...sizes].sort((a, b) => a - b).entries()) {
    const share = left / (sizes.length - i);
    if (size > share) return share;
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
