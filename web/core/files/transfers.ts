import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Core } from "../core.ts";
import { FILE } from "../kinds.ts";
import { TOPIC } from "../watching.ts";

/** A file on its way. `isOver`: stop at the next step; nothing more of it may be committed. */
export type Transfer = { readonly shelf: string; readonly isOver: boolean; moved(bytes: number): void };
/** done: nothing is left to do, well or not. later: try again after a pause. stopped: it was told to. */
export type TransferOutcome = "done" | "later" | "stopped";

const MAX_AT_ONCE = 2;
const FIRST_PAUSE_MS = 2 * SECOND_MS;
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;
/** Screens hear of progress so often at most. */
const SHOWN_EVERY_MS = SECOND_MS / 4;
/** The weight of the newest part in the speed that is shown. */
const NEWEST_WEIGHT = 0.25;

/** What it takes to move a file comes with the first one. */
async function move(core: Core, isUp: boolean, transfer: Transfer): Promise<TransferOutcome> {
  if (isUp) return (await import("./uploading.ts")).upload(core, transfer);
  return (await import("./downloading.ts")).download(core, transfer);
}

/** Moves files while the client is online, a few at a time. What is to move is in the rows; nothing here has to last. */
export class Transfers {
  readonly #core: Core;
  readonly #running = new Map<string, { isOver: boolean; readonly ended: Promise<void> }>();
  readonly #waiting = new Set<string>();
  readonly #pauses = new Map<string, { readonly ms: number; readonly cancel: () => void }>();
  #isOpen = false;

  constructor(core: Core) {
    this.#core = core;
  }

  open(): void {
    this.#isOpen = true;
    this.#forgetPauses();
    for (const { id } of this.#core.records.allHeld(FILE)) this.wake(id);
  }

  close(): void {
    this.#isOpen = false;
    this.#forgetPauses();
    this.#waiting.clear();
    for (const running of this.#running.values()) running.isOver = true;
  }

  /** Resolves when nothing moves any more; for whoever closes. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Moves a file if it is to move, now or once there is room. */
  wake(shelf: string): void {
    if (!this.#isOpen || !this.#isDue(shelf)) return;
    this.#waiting.add(shelf);
    this.#next();
  }

  /** Stops a file where it is. Resolves when nothing more happens to it. */
  async stop(shelf: string): Promise<void> {
    this.#waiting.delete(shelf);
    this.#pauses.get(shelf)?.cancel();
    this.#pauses.delete(shelf);
    const running = this.#running.get(shelf);
    if (running === undefined) return;
    running.isOver = true;
    await running.ended;
  }

  #isDue(shelf: string): boolean {
    const file = this.#core.records.held(FILE, shelf)?.value;
    if (file === undefined || file.isPaused === true || file.failure !== undefined) return false;
    return file.state === "up" || file.state === "down";
  }

  #next(): void {
    for (const shelf of this.#waiting) {
      if (this.#running.size >= MAX_AT_ONCE) return;
      if (this.#running.has(shelf)) continue;
      this.#waiting.delete(shelf);
      this.#start(shelf);
    }
  }

  #start(shelf: string): void {
    const running = { isOver: false, ended: Promise.resolve() };
    const transfer = this.#transfer(shelf, running);
    this.#running.set(shelf, running);
    running.ended = this.#run(shelf, transfer).finally(() => {
      this.#running.delete(shelf);
      this.#settle(shelf);
      this.#touch(shelf);
      this.#next();
    });
  }

  /** One that is paused goes on showing how far it came. */
  #settle(shelf: string): void {
    const { moving, records } = this.#core;
    const moved = moving.get(shelf);
    if (moved === undefined) return;
    if (records.held(FILE, shelf)?.value.isPaused !== true) moving.delete(shelf);
    else moving.set(shelf, { ...moved, bytesPerSecond: undefined });
  }

  async #run(shelf: string, transfer: Transfer): Promise<void> {
    const way = this.#core.records.held(FILE, shelf)?.value.state;
    try {
      const outcome = await move(this.#core, way === "up", transfer);
      if (outcome === "later" && !transfer.isOver) this.#pause(shelf);
      if (outcome === "done") this.#pauses.delete(shelf);
    } catch {
      // The device cannot store, or the client was locked meanwhile: what was committed goes on later.
      if (!transfer.isOver) this.#pause(shelf);
    }
  }

  #transfer(shelf: string, running: { isOver: boolean }): Transfer {
    const core = this.#core;
    let shownAtMs = Number.NEGATIVE_INFINITY;
    let before: { readonly bytes: number; readonly atMs: number } | undefined;
    let speed: number | undefined;
    return {
      shelf,
      get isOver() {
        return running.isOver;
      },
      moved: (bytes) => {
        const atMs = core.nowMs();
        if (before !== undefined && bytes > before.bytes) {
          // Something moves: the next trouble is a new one.
          this.#pauses.delete(shelf);
          const newest = ((bytes - before.bytes) * SECOND_MS) / Math.max(1, atMs - before.atMs);
          speed = speed === undefined ? newest : speed + NEWEST_WEIGHT * (newest - speed);
        }
        before = { bytes, atMs };
        core.moving.set(shelf, { movedBytes: bytes, bytesPerSecond: speed });
        if (atMs - shownAtMs < SHOWN_EVERY_MS) return;
        shownAtMs = atMs;
        this.#touch(shelf);
      },
    };
  }

  #pause(shelf: string): void {
    if (!this.#isOpen) return;
    const before = this.#pauses.get(shelf);
    before?.cancel();
    const ms = Math.min(before === undefined ? FIRST_PAUSE_MS : before.ms * 2, LONGEST_PAUSE_MS);
    this.#pauses.set(shelf, { ms, cancel: this.#core.ports.clock.after(ms, () => this.wake(shelf)) });
  }

  #forgetPauses(): void {
    for (const { cancel } of this.#pauses.values()) cancel();
    this.#pauses.clear();
  }

  #touch(shelf: string): void {
    const contact = this.#core.records.held(FILE, shelf)?.value.contact;
    if (contact !== undefined) this.#core.touch(TOPIC.messages(contact));
  }
}
