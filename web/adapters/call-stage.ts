import type { Capture, Sender } from "../core/ports/media.ts";
import { CallDevices } from "./call-devices.ts";
import { CallStreams } from "./call-streams.ts";
import { Captures } from "./captures.ts";

/** The pictures and sounds of the call in this tab, between the adapters that make them and the screens that show them. */
export class CallStage {
  readonly streams = new CallStreams();
  readonly captures = new Captures();
  readonly devices = new CallDevices();
  readonly #own = new Map<Sender, MediaStream>();
  readonly #listeners = new Set<() => void>();
  #isHere = false;

  /** Whether the calls of this browser ring and run in this tab. */
  get isHere(): boolean {
    return this.#isHere;
  }

  /** This tab has the client from now on. */
  take(): void {
    this.#isHere = true;
    this.#tell();
  }

  /** What this device records, for its own picture and level. */
  own(sender: Sender): MediaStream | undefined {
    return this.#own.get(sender);
  }

  /** Calls back at each change of `own` and `isHere`. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Keeps a track for the peers and shows it to the screens. `stopped`: as in `Captures.register`. */
  register(sender: Sender, track: MediaStreamTrack, stopped: () => void = () => {}): Capture {
    const stream = new MediaStream([track]);
    this.#own.set(sender, stream);
    this.#tell();
    return this.captures.register(sender, track, () => {
      if (this.#own.get(sender) === stream) this.#own.delete(sender);
      this.#tell();
      stopped();
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
