import type { Sender } from "../core/ports/media.ts";

export type StreamsOfCall = ReadonlyMap<Sender, MediaStream>;

/**
 * What arrives in calls, for the screens: media goes from the adapter to them and never through the core. A stream is
 * here from the moment its call is played; its track is muted until the other end sends.
 */
export class CallStreams {
  readonly #streams = new Map<string, StreamsOfCall>();
  readonly #reports = new Map<string, () => Promise<RTCStatsReport>>();
  readonly #listeners = new Map<string, Set<(streams: StreamsOfCall) => void>>();

  of(call: string): StreamsOfCall {
    return this.#streams.get(call) ?? new Map();
  }

  /** Calls back with what is there, then at each change, until the answer is called. */
  watch(call: string, listener: (streams: StreamsOfCall) => void): () => void {
    const listeners = this.#listeners.get(call) ?? new Set();
    this.#listeners.set(call, listeners);
    listeners.add(listener);
    listener(this.of(call));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(call);
    };
  }

  /** What the browser counts of a call; `undefined` once it is over. */
  async report(call: string): Promise<RTCStatsReport | undefined> {
    return this.#reports.get(call)?.();
  }

  show(call: string, streams: StreamsOfCall, report: () => Promise<RTCStatsReport>): void {
    this.#streams.set(call, streams);
    this.#reports.set(call, report);
    this.#tell(call);
  }

  forget(call: string): void {
    this.#reports.delete(call);
    if (this.#streams.delete(call)) this.#tell(call);
  }

  #tell(call: string): void {
    for (const listener of this.#listeners.get(call) ?? []) listener(this.of(call));
  }
}
