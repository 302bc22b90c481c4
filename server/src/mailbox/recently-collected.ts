import type { Bytes } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import type { Deferred } from "../db/group-commit.ts";
import { mapKey } from "../hash.ts";
import type { MailboxId } from "./mailbox-id.ts";

export type Collected = { readonly mailbox: MailboxId; readonly id: EnvelopeId; readonly digest: Bytes };

const MAX_UNWRITTEN = 2_000;

/**
 * Envelopes that were collected before they were stored. That they were is written down together with others': a relay
 * that dies before it may hand one of them over again if its sender asks once more, and the device knows it by then.
 */
export class RecentlyCollected {
  readonly #write: (all: () => readonly Collected[]) => Deferred<void>;
  readonly #onFailure: (failure: unknown) => void;
  readonly #unwritten = new Map<string, Collected>();
  #writing: Deferred<void> | undefined;

  /** `write` remembers on the disk, in a while, what its argument answers then. */
  constructor(write: (all: () => readonly Collected[]) => Deferred<void>, onFailure: (failure: unknown) => void) {
    this.#write = write;
    this.#onFailure = onFailure;
  }

  add(collected: Collected): void {
    this.#unwritten.set(mapKey(collected.mailbox) + mapKey(collected.id), collected);
    if (this.#writing === undefined) this.#begin();
    if (this.#unwritten.size >= MAX_UNWRITTEN) this.#writing?.hurry();
  }

  digestOf(mailbox: MailboxId, id: EnvelopeId): Bytes | undefined {
    return this.#unwritten.size === 0 ? undefined : this.#unwritten.get(mapKey(mailbox) + mapKey(id))?.digest;
  }

  /** A mailbox is no more. */
  forget(mailbox: MailboxId): void {
    const name = mapKey(mailbox);
    for (const key of this.#unwritten.keys()) if (key.startsWith(name)) this.#unwritten.delete(key);
  }

  #begin(): void {
    let written: readonly string[] = [];
    // In the order of the table, whose neighbours share a page.
    const sorted = () => {
      written = [...this.#unwritten.keys()].sort();
      return written.map((key) => this.#unwritten.get(key)).filter((each) => each !== undefined);
    };
    const end = () => {
      for (const key of written) this.#unwritten.delete(key);
      this.#writing = undefined;
      if (this.#unwritten.size > 0) this.#begin();
    };
    this.#writing = this.#write(sorted);
    this.#writing.done.then(end, (failure) => {
      this.#onFailure(failure);
      end();
    });
  }
}
