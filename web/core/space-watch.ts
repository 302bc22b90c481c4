import { DAY_MS, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Core } from "./core.ts";
import { META, STORAGE_ASKED } from "./meta-kinds.ts";
import type { Space } from "./ports/space.ts";
import type { StorageView } from "./views.ts";
import { TOPIC } from "./watching.ts";

const MIB = 2 ** 20;
const LEAST_MARGIN_BYTES = 8 * MIB;
const MOST_MARGIN_BYTES = 64 * MIB;
const MARGIN_SHARE = 0.02;
/** So much more than the margin has to be free again before anything goes on. */
const RELIEF = 1.25;
/** A file leaves so many margins free: none stops the messages. */
const FILE_MARGINS = 4;
const LOOK_EVERY_MS = MINUTE_MS;
const LOOK_WHEN_FULL_MS = 15 * SECOND_MS;
/** Of 64 KiB at most: far less than the smallest margin. */
const ENVELOPES_PER_LOOK = 32;
const ASK_AGAIN_MS = 30 * DAY_MS;

type Estimate = Awaited<ReturnType<Space["estimate"]>>;

/**
 * Whether so little room is left that a write of state could fail: less than 2 % of what the browser grants, but 8 MiB at
 * the least and 64 MiB at the most. A browser that does not say has room.
 */
export function isNearlyFull(estimate: Estimate, wasNearlyFull: boolean): boolean {
  if (estimate === undefined) return false;
  const margin = marginOf(estimate);
  return leftOf(estimate) < (wasNearlyFull ? margin * RELIEF : margin);
}

/** Whether so many more bytes of a file leave enough room to everything else. A browser that does not say has room. */
export function hasRoomFor(fileBytes: number, estimate: Estimate): boolean {
  return estimate === undefined || leftOf(estimate) - fileBytes >= FILE_MARGINS * marginOf(estimate);
}

function marginOf({ quotaBytes }: NonNullable<Estimate>): number {
  return Math.min(MOST_MARGIN_BYTES, Math.max(LEAST_MARGIN_BYTES, quotaBytes * MARGIN_SHARE));
}

function leftOf({ usedBytes, quotaBytes }: NonNullable<Estimate>): number {
  return quotaBytes - usedBytes;
}

/**
 * Looks at the room on this device while the client is open. Where it gets scarce, sending and collecting stop before
 * state cannot be written, and go on by themselves. Asks the browser to keep what is here once there is something to lose.
 */
export class SpaceWatch {
  readonly #core: Core;
  readonly #onTurn: () => void;
  #isFull = false;
  #envelopes = 0;
  #hasAsked = false;
  #isOver = false;
  #cancel: (() => void) | undefined;

  constructor(core: Core, onTurn: () => void) {
    this.#core = core;
    this.#onTurn = onTurn;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Begins or ends with the phase. Resolves once the present state is known. */
  async begin(): Promise<void> {
    this.#stop();
    if (this.#core.phase.phase === "open") await this.look();
  }

  /** Looks no more: the client is closed. */
  end(): void {
    this.#isOver = true;
    this.#stop();
  }

  /** Before each envelope is taken in. */
  async beforeEnvelope(): Promise<void> {
    this.#envelopes += 1;
    if (this.#envelopes % ENVELOPES_PER_LOOK === 0) await this.look();
  }

  async look(): Promise<void> {
    const core = this.#core;
    const estimate = await estimateOf(core);
    this.#stop();
    if (this.#isOver || core.phase.phase !== "open") return;
    this.#cancel = core.ports.clock.after(this.#isFull ? LOOK_WHEN_FULL_MS : LOOK_EVERY_MS, () => void this.look());
    core.touch(TOPIC.storage);
    const isFull = isNearlyFull(estimate, this.#isFull);
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#onTurn();
    // The pause between two looks is another one from now on.
    await this.look();
  }

  /** Asks the browser, and by it perhaps the person, once there is somebody to lose; not again within a month. */
  async askOnce(): Promise<void> {
    const core = this.#core;
    if (this.#hasAsked || core.phase.phase !== "open" || core.contacts().length === 0) return;
    this.#hasAsked = true;
    if (await core.ports.space.isPersisted()) return;
    const nowMs = core.nowMs();
    const isDue = await core.change(async (work) => {
      const before = await work.get(STORAGE_ASKED, META.storageAsked);
      if (before !== undefined && nowMs - before.atMs < ASK_AGAIN_MS) return false;
      work.put(STORAGE_ASKED, META.storageAsked, { atMs: nowMs });
      return true;
    });
    if (isDue) await this.persist();
  }

  async persist(): Promise<boolean> {
    const isPersisted = await this.#core.ports.space.persist();
    this.#core.touch(TOPIC.storage);
    return isPersisted;
  }

  async show(): Promise<StorageView> {
    const [estimate, isPersisted] = await Promise.all([
      estimateOf(this.#core),
      this.#core.ports.space.isPersisted().catch(() => false),
    ]);
    const leftBytes = estimate && Math.max(0, estimate.quotaBytes - estimate.usedBytes);
    return { isPersisted, usedBytes: estimate?.usedBytes, leftBytes, isNearlyFull: this.#isFull };
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

async function estimateOf(core: Core): Promise<Estimate> {
  // A browser that cannot say is one that does not say.
  return core.ports.space.estimate().catch(() => undefined);
}
