import { SECOND_MS } from "@tacit/shared/limits";
import type { Core } from "../core.ts";
import { editFile, inState } from "../files/file-rows.ts";
import { fitsRelay } from "../files/offering.ts";
import { FILE } from "../kinds.ts";
import type { ContactId } from "../views.ts";

const REACH_MS = 15 * SECOND_MS;
/** Without a link this long, what fits is left at the relay: they may come back when we are gone. */
const LEAVE_AFTER_MS = 20 * SECOND_MS;
/** Whoever is there again is tried so often at most. */
const SEEN_EVERY_MS = 10 * SECOND_MS;

type Ways = {
  reach(contact: ContactId, withinMs: number): Promise<unknown>;
  isOpen(contact: ContactId): boolean;
  wake(shelf: string): void;
};

/** Files of ours that contacts were told of and fetch from here: looks for those contacts, and does not wait for ever. */
export class Offered {
  readonly #core: Core;
  readonly #ways: Ways;
  readonly #metMs = new Map<ContactId, number>();
  readonly #leaving = new Map<ContactId, () => void>();

  constructor(core: Core, ways: Ways) {
    this.#core = core;
    this.#ways = ways;
  }

  /** We are online: whoever is to fetch something may be, too. */
  start(): void {
    for (const contact of new Set(this.#open().map(({ value }) => value.contact))) this.#meet(contact);
  }

  stop(): void {
    for (const cancel of this.#leaving.values()) cancel();
    this.#leaving.clear();
  }

  seen(contact: ContactId): void {
    const beforeMs = this.#metMs.get(contact) ?? Number.NEGATIVE_INFINITY;
    if (this.#core.nowMs() - beforeMs >= SEEN_EVERY_MS && this.#open(contact).length > 0) this.#meet(contact);
  }

  /** There is one way less to the contact. */
  ended(contact: ContactId): void {
    if (this.#leaving.has(contact) || this.#open(contact).length === 0) return;
    const leave = () => {
      this.#leaving.delete(contact);
      this.#leave(contact).catch(() => undefined);
    };
    this.#leaving.set(contact, this.#core.ports.clock.after(LEAVE_AFTER_MS, leave));
  }

  #meet(contact: ContactId): void {
    this.#metMs.set(contact, this.#core.nowMs());
    if (this.#ways.isOpen(contact)) return;
    const met = this.#ways.reach(contact, REACH_MS);
    met.then((link) => link ?? this.ended(contact)).catch(() => undefined);
  }

  async #leave(contact: ContactId): Promise<void> {
    const core = this.#core;
    for (const { id: shelf } of this.#open(contact)) {
      if (this.#ways.isOpen(contact) || core.connection !== "online") return;
      if ((await fitsRelay(core, await core.ports.shelf.size(shelf))) !== true) continue;
      await core.change((work) =>
        editFile(work, shelf, (before) =>
          before.state === "offered" && before.isPaused !== true && before.failure === undefined
            ? inState(before, "up")
            : before,
        ),
      );
      this.#ways.wake(shelf);
    }
  }

  #open(contact?: ContactId) {
    return this.#core.records
      .allHeld(FILE)
      .filter(
        ({ value }) =>
          value.state === "offered" &&
          value.isPaused !== true &&
          value.failure === undefined &&
          (contact === undefined || value.contact === contact),
      );
  }
}
