import { MINUTE_MS } from "@tacit/shared/limits";
import type { PreKeyCount } from "@tacit/shared/wire/prekeys";
import type { Core } from "./core.ts";
import { publishPreKeys } from "./publishing.ts";

const PAUSE_MS = 10 * MINUTE_MS;

/** Refills prekeys when the relay says that they run low: one upload at a time, and not again for ten minutes. */
export class Refill {
  readonly #core: Core;
  readonly #wanted: number;
  #nextMs = 0;

  constructor(core: Core, wanted: number) {
    this.#core = core;
    this.#wanted = wanted;
  }

  run(count: PreKeyCount): void {
    const nowMs = this.#core.nowMs();
    // A clock that went back since then is not waited for.
    if (nowMs < this.#nextMs && this.#nextMs - nowMs <= PAUSE_MS) return;
    this.#nextMs = nowMs + PAUSE_MS;
    // What fails here is made up for at the next connection, which says the count again.
    publishPreKeys(this.#core, count, this.#wanted).catch(() => undefined);
  }
}
