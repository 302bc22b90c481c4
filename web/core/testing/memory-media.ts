import { ok, type Result, refused } from "@tacit/shared/result";
import type { Capture, CaptureRefusal, Media, Sender } from "../ports/media.ts";

/** Devices that record nothing, and remember that they were asked to. */
export class MemoryMedia implements Media {
  /** Everything that was ever asked for, in order. */
  readonly asked: Sender[] = [];
  /** What the person or the browser answers instead of giving it. */
  readonly refusals = new Map<Sender, CaptureRefusal>();
  readonly #running = new Map<Capture, (capture: Capture) => void>();

  async capture(
    sender: "microphone" | "camera",
    ended: (capture: Capture) => void,
  ): Promise<Result<Capture, CaptureRefusal>> {
    return this.#take(sender, ended);
  }

  async captureScreen(
    _preset: "text" | "motion",
    ended: (capture: Capture) => void,
  ): Promise<Result<{ readonly screen: Capture; readonly sound: Capture | undefined }, CaptureRefusal>> {
    const screen = this.#take("screen", ended);
    if (!screen.ok) return screen;
    const sound = this.#take("screen-sound", () => {});
    return ok({ screen: screen.value, sound: sound.ok ? sound.value : undefined });
  }

  /** What is recorded now. */
  running(): readonly Sender[] {
    return [...this.#running.keys()].map(({ sender }) => sender).sort();
  }

  /** Somebody pulls the plug. */
  unplug(sender: Sender): void {
    for (const [capture, ended] of [...this.#running]) {
      if (capture.sender !== sender) continue;
      this.#running.delete(capture);
      ended(capture);
    }
  }

  #take(sender: Sender, ended: (capture: Capture) => void): Result<Capture, CaptureRefusal> {
    this.asked.push(sender);
    const refusal = this.refusals.get(sender);
    if (refusal !== undefined) return refused(refusal);
    const capture: Capture = {
      id: `${sender} ${this.asked.length}`,
      sender,
      stop: () => void this.#running.delete(capture),
    };
    this.#running.set(capture, ended);
    return ok(capture);
  }
}
