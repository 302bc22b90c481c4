import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Core } from "../core.ts";
import { FILE, type FileState } from "../kinds.ts";
import type { ContactId, MovingWay } from "../views.ts";
import type { Progress } from "./progress.ts";

/** A file on its way. `isOver`: stop at the next step; nothing more of it may be committed. */
export type Transfer = {
  readonly shelf: string;
  readonly isOver: boolean;
  moved(bytes: number, by?: MovingWay): void;
  /** Called when it is to stop: for what waits for something that may never come. */
  whenOver(action: () => void): void;
};
/** done: nothing is left to do, well or not. later: try again after a pause. stopped: it was told to. */
export type TransferOutcome = "done" | "later" | "stopped";

/** To and from the relay; and directly, from each contact, so that a slow one holds up nobody else. */
const MAX_AT_ONCE = 2;
const MAX_DIRECT_AT_ONCE = 8;
const FIRST_PAUSE_MS = 2 * SECOND_MS;
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;
/** Whoever is there again is tried so often at most. */
const SEEN_EVERY_MS = 10 * SECOND_MS;

type Running = {
  isOver: boolean;
  readonly contact: ContactId;
  readonly isDirect: boolean;
  onOver: () => void;
  ended: Promise<void>;
};

/** What it takes to move a file comes with the first one. */
async function move(core: Core, isUp: boolean, transfer: Transfer): Promise<TransferOutcome> {
  if (!isUp) return (await import("./downloading.ts")).download(core, transfer);
  if (core.direct !== undefined) {
    const outcome = await (await import("./offering.ts")).offer(core, transfer);
    if (outcome !== "upload") return outcome;
  }
  return transfer.isOver ? "stopped" : (await import("./uploading.ts")).upload(core, transfer);
}

/** Moves files while the client is online, a few at a time. What is to move is in the rows; nothing here has to last. */
export class Transfers {
  readonly #core: Core;
  readonly #progress: Progress;
  readonly #running = new Map<string, Running>();
  readonly #waiting = new Set<string>();
  readonly #pauses = new Map<string, { readonly ms: number; readonly cancel: () => void }>();
  readonly #seenMs = new Map<ContactId, number>();
  #isOpen = false;

  constructor(core: Core, progress: Progress) {
    this.#core = core;
    this.#progress = progress;
  }

  open(): void {
    this.#isOpen = true;
    this.#forgetPauses();
    for (const { id } of this.#core.records.allHeld(FILE)) this.wake(id);
  }

  /** The relay is gone: nothing begins. What moves directly goes on. */
  close(): void {
    this.#isOpen = false;
    this.#forgetPauses();
    this.#waiting.clear();
    for (const running of this.#running.values()) if (!running.isDirect) end(running);
  }

  /** The client goes quiet. Resolves when nothing moves any more. */
  async halt(): Promise<void> {
    this.close();
    for (const running of this.#running.values()) end(running);
    await this.idle();
  }

  /** Something of the contact came: what waits for them need not wait longer. */
  seen(contact: ContactId): void {
    const nowMs = this.#core.nowMs();
    if (nowMs - (this.#seenMs.get(contact) ?? Number.NEGATIVE_INFINITY) < SEEN_EVERY_MS) return;
    this.#seenMs.set(contact, nowMs);
    for (const { id, value } of this.#core.records.allHeld(FILE)) {
      if (value.contact === contact && value.isDirect === true) this.wake(id);
    }
  }

  /** Stops what may not go on: to and from somebody who was blocked, or does not count as accepted any more. */
  review(): void {
    for (const [shelf, running] of this.#running) if (!this.#isDue(shelf)) end(running);
  }

  /** Resolves when nothing moves any more; for whoever closes. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Moves a file if it is to move, now or once there is room. */
  wake(shelf: string): void {
    if (!this.#isOpen || !this.#isDue(shelf)) return;
    this.#pauses.get(shelf)?.cancel();
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
    end(running);
    await running.ended;
  }

  #isDue(shelf: string): boolean {
    const file = this.#core.records.held(FILE, shelf)?.value;
    if (file === undefined || file.isPaused === true || file.failure !== undefined) return false;
    const status = this.#core.contact(file.contact)?.status;
    if (file.state === "up") return status === "accepted";
    return file.state === "down" && status !== "blocked";
  }

  #next(): void {
    for (const shelf of this.#waiting) {
      const file = this.#core.records.held(FILE, shelf)?.value;
      if (file === undefined || this.#running.has(shelf) || !this.#hasRoom(file)) continue;
      this.#waiting.delete(shelf);
      this.#start(shelf, file);
    }
  }

  #hasRoom(file: FileState): boolean {
    const isDirect = isFetchedDirectly(file);
    const alike = [...this.#running.values()].filter((running) => running.isDirect === isDirect);
    if (!isDirect) return alike.length < MAX_AT_ONCE;
    const theirs = alike.filter(({ contact }) => contact === file.contact);
    return theirs.length < MAX_AT_ONCE && alike.length < MAX_DIRECT_AT_ONCE;
  }

  #start(shelf: string, file: FileState): void {
    const { contact } = file;
    const isDirect = isFetchedDirectly(file);
    const running: Running = { isOver: false, contact, isDirect, onOver: () => {}, ended: Promise.resolve() };
    const transfer = this.#transfer(shelf, running);
    this.#running.set(shelf, running);
    running.ended = this.#run(shelf, transfer).finally(() => {
      this.#running.delete(shelf);
      this.#progress.settle(shelf);
      this.#next();
    });
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

  #transfer(shelf: string, running: Running): Transfer {
    return {
      shelf,
      get isOver() {
        return running.isOver;
      },
      // Something moves: the next trouble is a new one.
      moved: (bytes, by = "relay") => void (this.#progress.moved(shelf, bytes, by) && this.#pauses.delete(shelf)),
      whenOver: (action) => {
        running.onOver = action;
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
}

function isFetchedDirectly({ state, isDirect }: FileState): boolean {
  return state === "down" && isDirect === true;
}

function end(running: Running): void {
  running.isOver = true;
  running.onOver();
}
