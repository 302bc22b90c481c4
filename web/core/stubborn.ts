import { toHex } from "@tacit/shared/bytes";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { Core } from "./core.ts";
import { StorageFailure } from "./guarded-store.ts";
import { NotLoaded } from "./load-once.ts";
import { META, SKIPPED } from "./meta-kinds.ts";

const MAX_ATTEMPTS = 3;

/**
 * Envelopes that fail again and again for no reason that is foreseen: a defect of ours must not block the queue. The
 * third time one is counted as skipped, durably, and let go. What the device could not store, and what the code did not load
 * for, is never counted.
 */
export class Stubborn {
  readonly #core: Core;
  readonly #attempts = new Map<string, number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Runs `action`; rejects with its error unless the envelope has used up its attempts. */
  async attempt(envelope: Envelope, action: () => Promise<void>): Promise<void> {
    const name = toHex(envelope.id);
    try {
      await action();
      this.#attempts.delete(name);
    } catch (error) {
      if (error instanceof StorageFailure || error instanceof NotLoaded) throw error;
      const attempts = (this.#attempts.get(name) ?? 0) + 1;
      this.#attempts.set(name, attempts);
      if (attempts < MAX_ATTEMPTS) throw error;
      await this.#core.change(async (work) => {
        const skipped = (await work.get(SKIPPED, META.skipped))?.envelopes ?? 0;
        work.put(SKIPPED, META.skipped, { envelopes: skipped + 1 });
      });
      this.#attempts.delete(name);
    }
  }
}
