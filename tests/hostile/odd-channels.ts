import type { Bytes } from "@tacit/shared/bytes";
import type { ChannelEvents, ChannelPeer, Peers } from "@tacit/web/core/ports/peers";

/** The other end of a channel: says what it is told to say, and takes what it is told. */
export class OddEnd {
  readonly said: Bytes[] = [];
  readonly #events: ChannelEvents;
  isClosed = false;
  hasRoom = true;

  constructor(events: ChannelEvents) {
    this.#events = events;
  }

  /** Whether it was still open to hear it. */
  say(message: Bytes): boolean {
    if (!this.isClosed) this.#events.message(message);
    return !this.isClosed;
  }

  get here(): ChannelPeer {
    return {
      signal() {},
      restart() {},
      reroute() {},
      close: () => {
        if (this.isClosed) return;
        this.isClosed = true;
        this.#events.closed("closed");
      },
      send: (message) => {
        if (this.isClosed) return false;
        if (this.hasRoom) this.said.push(message);
        return this.hasRoom;
      },
    };
  }
}

/** Channels that open at once, whoever is wanted at the other end. */
export class OddChannels {
  readonly ends: OddEnd[] = [];

  get peers(): Peers {
    return {
      openChannel: (_, events) => {
        const end = new OddEnd(events);
        this.ends.push(end);
        queueMicrotask(() => {
          if (end.isClosed) return;
          events.path("direct");
          events.open();
        });
        return end.here;
      },
      openCall: () => {
        throw new Error("nobody calls here");
      },
    };
  }

  close(): void {
    for (const end of this.open) end.here.close();
  }

  /** Those that are open. */
  get open(): readonly OddEnd[] {
    return this.ends.filter(({ isClosed }) => !isClosed);
  }
}
