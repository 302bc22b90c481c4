import { HOUR_MS } from "@tacit/shared/limits";
import { endCards } from "./cards.ts";
import { ClockCheck } from "./clock-check.ts";
import type { Core } from "./core.ts";
import { markExpired } from "./expiring.ts";
import { sweepShelf } from "./files/orphans.ts";
import { inBackground } from "./in-background.ts";
import { FILE } from "./kinds.ts";
import { healFirstContacts, prune } from "./maintenance.ts";
import type { Outbox } from "./outbox.ts";
import { publishKeySet, publishList, publishPreKeys } from "./publishing.ts";

const EVERY_MS = 6 * HOUR_MS;

/** What is due by the clock while the mailbox is open: keys are renewed, what is over goes, clocks are compared. */
export class Upkeep {
  readonly #core: Core;
  readonly #outbox: Outbox;
  readonly #wantedPreKeys: number;
  readonly #clockCheck: ClockCheck;
  #cancel: (() => void) | undefined;

  constructor(core: Core, outbox: Outbox, wantedPreKeys: number) {
    this.#core = core;
    this.#outbox = outbox;
    this.#wantedPreKeys = wantedPreKeys;
    this.#clockCheck = new ClockCheck(core, () => {
      if (!outbox.isOpen) return;
      outbox.open();
      this.#run(true);
    });
  }

  /** The mailbox is drained, and the relay has just said its time. */
  start(): void {
    this.#clockCheck.start();
    this.#run(true);
  }

  stop(): void {
    this.#clockCheck.stop();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** A person may have set the clock of this device right. */
  async compareClocks(): Promise<void> {
    if (this.#core.clocks.aheadMs !== undefined) await this.#clockCheck.ask();
  }

  /** `isTimeKnown`: the relay has just said its time. */
  #run(isTimeKnown: boolean): void {
    this.#cancel?.();
    this.#cancel = this.#core.ports.clock.after(EVERY_MS, () =>
      inBackground(this.#clockCheck.ask().then((isKnown) => this.#run(isKnown))),
    );
    inBackground(this.#keepUp(isTimeKnown));
  }

  async #keepUp(isTimeKnown: boolean): Promise<void> {
    const core = this.#core;
    await prune(core);
    await publishList(core);
    // Only what is due by its age; the relay itself says when one-time prekeys run low.
    await publishPreKeys(core, { oneTime: this.#wantedPreKeys, kyber: this.#wantedPreKeys }, this.#wantedPreKeys);
    for (const contact of await healFirstContacts(core)) this.#outbox.wake(contact);
    if (isTimeKnown) await markExpired(core);
    if (await endCards(core)) await publishKeySet(core);
    if (core.records.unreadIds(FILE.table).length > 0) {
      await (await import("./files/damaged-files.ts")).healFiles(core);
    }
    await sweepShelf(core);
  }
}
