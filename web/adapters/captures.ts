import type { Capture, Sender } from "../core/ports/media.ts";

/** The tracks behind the handles that the core passes around. */
export class Captures {
  readonly #tracks = new Map<string, MediaStreamTrack>();
  #count = 0;

  /** Keeps `track` until it is stopped. `stopped` is for what it came from: a stream, a processor. */
  register(sender: Sender, track: MediaStreamTrack, stopped: () => void = () => {}): Capture {
    this.#count += 1;
    const id = `${sender} ${this.#count}`;
    this.#tracks.set(id, track);
    return {
      id,
      sender,
      stop: () => {
        if (!this.#tracks.delete(id)) return;
        track.stop();
        stopped();
      },
    };
  }

  /** `undefined` once it is stopped. */
  track(capture: Capture): MediaStreamTrack | undefined {
    return this.#tracks.get(capture.id);
  }
}
