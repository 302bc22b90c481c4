import type { Bytes } from "@tacit/shared/bytes";
import type { ChannelPeer, Peers } from "@tacit/web/core/ports/peers";
import type { MemoryPeers } from "@tacit/web/core/testing/memory-peers";

/** What a story hears of direct connections. */
export type DirectEvents = {
  readonly device: () => MemoryPeers;
  readonly onSend: (message: Bytes) => void;
  readonly onOpen: () => void;
};

type Arrival = { readonly channel: object; readonly happen: () => void };

/** One process's end of its direct connections. What comes over them happens when the story says so, in its order. */
export class DirectEnd {
  readonly #device: MemoryPeers;
  readonly #onSend: (message: Bytes) => void;
  readonly #onOpen: () => void;
  #arrivals: Arrival[] = [];
  #isDead = false;

  constructor({ device, onSend, onOpen }: DirectEvents) {
    this.#device = device();
    this.#onSend = onSend;
    this.#onOpen = onOpen;
  }

  get isWaiting(): boolean {
    return this.#arrivals.length > 0;
  }

  /** The oldest of what has come, over whichever connection. */
  deliver(): void {
    this.#arrivals.shift()?.happen();
  }

  /** Every connection of this device ends, with all that is on its way to it. */
  snap(): void {
    this.#device.fail();
  }

  part(): void {
    this.#device.lose();
  }

  mend(): void {
    this.#device.find();
  }

  die(): void {
    this.#isDead = true;
    this.#arrivals = [];
    this.#device.vanish();
  }

  get peers(): Peers {
    return {
      openChannel: (options, events): ChannelPeer => {
        const channel = {};
        const alive = (happen: () => void) => {
          if (!this.#isDead) happen();
        };
        const arrive = (happen: () => void) => alive(() => this.#arrivals.push({ channel, happen }));
        let isClosing = false;
        const peer = this.#device.openChannel(options, {
          signal: (signal) => alive(() => events.signal(signal)),
          path: (path) => alive(() => events.path(path)),
          open: () =>
            alive(() => {
              this.#onOpen();
              events.open();
            }),
          message: (message) => arrive(() => events.message(message)),
          writable: () => alive(() => events.writable()),
          closed: (reason) => {
            // What they said before they hung up still comes; what was on its way when a path died does not.
            if (reason === "closed" && !isClosing) {
              arrive(() => events.closed(reason));
              return;
            }
            this.#arrivals = this.#arrivals.filter((arrival) => arrival.channel !== channel);
            alive(() => events.closed(reason));
          },
        });
        return {
          signal: (signal) => peer.signal(signal),
          restart: () => peer.restart(),
          reroute: (...to) => peer.reroute(...to),
          close: () => {
            isClosing = true;
            peer.close();
          },
          send: (message) => {
            if (this.#isDead || !peer.send(message)) return false;
            this.#onSend(message);
            return true;
          },
        };
      },
      openCall: () => {
        throw new Error("nobody calls in these stories");
      },
    };
  }
}
