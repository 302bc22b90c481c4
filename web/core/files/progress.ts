import { SECOND_MS } from "@tacit/shared/limits";
import type { Core } from "../core.ts";
import { FILE } from "../kinds.ts";
import type { MovingWay } from "../views.ts";
import { TOPIC } from "../watching.ts";
import { Meter } from "./meter.ts";

/** Screens hear of progress so often at most. */
const SHOWN_EVERY_MS = SECOND_MS / 2;

/** How far files are that move now, for the screens: `Core.moving`. */
export class Progress {
  readonly #core: Core;
  readonly #meters = new Map<string, Meter>();
  readonly #shownMs = new Map<string, number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** `bytes`: of the sealed file. Answers whether it is further than before. */
  moved(shelf: string, bytes: number, by: MovingWay): boolean {
    const core = this.#core;
    const meter = this.#meters.get(shelf) ?? new Meter();
    this.#meters.set(shelf, meter);
    const nowMs = core.nowMs();
    const isFurther = meter.moved(bytes, nowMs);
    const isStill = core.moving.get(shelf)?.isStill !== false;
    core.moving.set(shelf, { movedBytes: bytes, bytesPerSecond: meter.bytesPerSecond, by, isStill: false });
    if (!isStill && nowMs - (this.#shownMs.get(shelf) ?? 0) < SHOWN_EVERY_MS) return isFurther;
    this.#shownMs.set(shelf, nowMs);
    this.#touch(shelf);
    return isFurther;
  }

  /** It does not move any more. One that is to go on shows how far it came. */
  settle(shelf: string): void {
    const { moving, records } = this.#core;
    this.#meters.delete(shelf);
    this.#shownMs.delete(shelf);
    const moved = moving.get(shelf);
    const file = records.held(FILE, shelf)?.value;
    const isUnderway = file !== undefined && file.state !== "here" && file.state !== "absent" && !file.failure;
    if (moved !== undefined && isUnderway) moving.set(shelf, { ...moved, bytesPerSecond: undefined, isStill: true });
    else moving.delete(shelf);
    this.#touch(shelf);
  }

  #touch(shelf: string): void {
    const contact = this.#core.records.held(FILE, shelf)?.value.contact;
    if (contact !== undefined) this.#core.touch(TOPIC.messages(contact));
  }
}
