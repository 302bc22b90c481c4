import { MINUTE_MS } from "@tacit/shared/limits";
import type { Core } from "./core.ts";

/** An answer that took longer says too little about the time. */
const MAX_ANSWER_MS = MINUTE_MS;

/** Asks the relay for its time, and while the two clocks disagree once a minute: whoever sets theirs right sees it. */
export class ClockCheck {
  readonly #core: Core;
  readonly #onAgreed: () => void;
  #cancel: (() => void) | undefined;

  constructor(core: Core, onAgreed: () => void) {
    this.#core = core;
    this.#onAgreed = onAgreed;
  }

  /** The relay has just said its time. */
  start(): void {
    this.#again();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Answers whether the time is known now. */
  async ask(): Promise<boolean> {
    const core = this.#core;
    const askedMs = core.nowMs();
    const info = await core.ports.relay.request("relayInfo", {});
    const tookMs = core.nowMs() - askedMs;
    const isKnown = info.ok && tookMs >= 0 && tookMs <= MAX_ANSWER_MS;
    const wasWrong = core.clocks.aheadMs !== undefined;
    if (isKnown) core.hearTime(info.value.timeMs);
    if (wasWrong && core.clocks.aheadMs === undefined) this.#onAgreed();
    return isKnown;
  }

  #again(): void {
    this.stop();
    if (this.#core.clocks.aheadMs === undefined) return;
    this.#cancel = this.#core.ports.clock.after(MINUTE_MS, () => void this.ask().then(() => this.#again()));
  }
}
