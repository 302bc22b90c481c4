import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Core } from "./core.ts";
import { META, SETTINGS } from "./meta-kinds.ts";
import { readVaultRow } from "./vault-row.ts";
import { DEFAULT_SETTINGS } from "./views.ts";

const LOOK_EVERY_MS = 15 * SECOND_MS;
/** A page in the background gets a timer once a minute: more than two between two looks, and the device slept. */
export const SLEEP_MS = 2 * MINUTE_MS;

/** What the screens were about to store when the device fell asleep is stored before its keys go. */
const GRACE_MS = 250;

/** When somebody was last seen at the screen, when we last looked at the clock, and whether something puts it off. */
export type Idling = { readonly activeAtMs: number; readonly lookedAtMs: number; readonly isHeld: boolean };

/** Whether a device in locked mode has to be locked now: nobody was there for long, it slept, or its clock was changed. */
export function mustLock({ activeAtMs, lookedAtMs, isHeld }: Idling, nowMs: number, lockAfterMs: number): boolean {
  if (isHeld) return false;
  return hasSlept(lookedAtMs, nowMs) || nowMs - activeAtMs >= lockAfterMs;
}

function hasSlept(lookedAtMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - lookedAtMs) >= SLEEP_MS;
}

/** Locks by itself in locked mode, while keys are open. In kept mode the key lies on the device anyway. */
export class IdleLock {
  readonly #core: Core;
  readonly #lock: () => Promise<void>;
  #idling = { activeAtMs: 0, lookedAtMs: 0 };
  #cancel: (() => void) | undefined;
  #isLocking = false;
  #isOver = false;
  #holds = 0;
  /** The device slept while something held it open: that counts once nothing does. */
  #hasSlept = false;

  constructor(core: Core, lock: () => Promise<void>) {
    this.#core = core;
    this.#lock = lock;
  }

  /** Begins anew with what holds now: whether keys are open, and in which mode. */
  async begin(): Promise<void> {
    this.#stop();
    const { phase } = this.#core.phase;
    if (phase !== "open" && phase !== "signed-out") return;
    const vault = await readVaultRow(this.#core.ports.store);
    if (this.#isOver || vault === undefined || vault.isKept || this.#core.phase.phase !== phase) return;
    this.#stop();
    this.#seen();
    this.#lookLater();
  }

  /** Locks nothing more: the client is closed. */
  end(): void {
    this.#isOver = true;
    this.#stop();
  }

  /** Somebody is at the screen. Where that comes too late, it locks as if they had not been. */
  active(): void {
    if (this.#cancel === undefined || this.#isLocking) return;
    this.#noteSleep();
    if (this.#isDue()) this.#lockSoon();
    else this.#seen();
  }

  /**
   * Puts locking off until the answer is called, however long nobody moves: a call is going on. From its end on time
   * counts as ever; but a device that slept meanwhile is locked then.
   */
  hold(): () => void {
    this.#holds += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      // What ends a call may be the first thing to run after a sleep.
      this.#noteSleep();
      this.#holds -= 1;
      if (this.#cancel === undefined || this.#isLocking || this.#holds > 0) return;
      if (this.#hasSlept) this.#lockSoon();
      else this.#seen();
    };
  }

  #lookLater(): void {
    this.#cancel = this.#core.ports.clock.after(LOOK_EVERY_MS, () => {
      this.#noteSleep();
      if (this.#isDue()) return this.#lockSoon();
      const lookedAtMs = this.#core.nowMs();
      this.#idling = { activeAtMs: Math.min(this.#idling.activeAtMs, lookedAtMs), lookedAtMs };
      this.#lookLater();
    });
  }

  #noteSleep(): void {
    if (this.#holds > 0 && hasSlept(this.#idling.lookedAtMs, this.#core.nowMs())) this.#hasSlept = true;
  }

  #isDue(): boolean {
    const settings = this.#core.records.held(SETTINGS, META.settings)?.value ?? DEFAULT_SETTINGS;
    return mustLock(
      { ...this.#idling, isHeld: this.#holds > 0 },
      this.#core.nowMs(),
      settings.lockAfterMinutes * MINUTE_MS,
    );
  }

  #seen(): void {
    const nowMs = this.#core.nowMs();
    this.#idling = { activeAtMs: nowMs, lookedAtMs: nowMs };
  }

  #lockSoon(): void {
    this.#stop();
    this.#isLocking = true;
    this.#cancel = this.#core.ports.clock.after(GRACE_MS, () => {
      this.#stop();
      // It is locked also where that rejects.
      this.#lock().catch(() => undefined);
    });
  }

  #stop(): void {
    this.#hasSlept = false;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isLocking = false;
  }
}
