import { KIB } from "@tacit/shared/limits";

/** A page of a mailbox and its framing; more answers than any client of ours waits for. */
const MAX_OF_ONE_BYTES = 1_280 * KIB;
const MAX_OF_ALL_BYTES = 256 * KIB * KIB;
/** What a packet takes beside its own bytes, about. */
const PACKET_BYTES = 512;
/** After so much was let go nobody is counted again for a while. */
const RELIEF = 3 / 4;

/** Of an Engine.IO connection: it tells of each packet that it queues, and when it hands its queue to the TCP socket. */
export type Connection = {
  readonly request: { readonly socket: { readonly writableLength: number; destroy(): void } };
  on(event: "packetCreate", queued: (packet: { readonly data?: string | Uint8Array }) => void): void;
  on(event: "flush", handedOn: () => void): void;
  once(event: "close", left: () => void): void;
  /** With `discard`, at once and whatever is queued. */
  close(discard: boolean): void;
};

/**
 * What was said to connections and is still in our memory, because they do not read it. Who lets too much pile up is
 * cut off; where all together do, those with the most go first.
 */
export class Unsent {
  readonly #maxOfOne: number;
  readonly #maxOfAll: number;
  /** Bytes that a connection has queued itself; what the TCP socket holds comes on top. */
  readonly #queued = new Map<Connection, number>();
  /** At least what all connections hold. */
  #bound = 0;

  constructor(maxOfOne = MAX_OF_ONE_BYTES, maxOfAll = MAX_OF_ALL_BYTES) {
    this.#maxOfOne = maxOfOne;
    this.#maxOfAll = maxOfAll;
  }

  watch(connection: Connection): void {
    this.#queued.set(connection, 0);
    connection.on("packetCreate", ({ data = "" }) => this.#add(connection, data.length + PACKET_BYTES));
    connection.on("flush", () => this.#queued.has(connection) && this.#queued.set(connection, 0));
    connection.once("close", () => this.#queued.delete(connection));
  }

  #add(connection: Connection, bytes: number): void {
    const queued = this.#queued.get(connection);
    if (queued === undefined) return;
    this.#queued.set(connection, queued + bytes);
    if (this.#heldBy(connection) > this.#maxOfOne) this.#cut(connection);
    this.#bound += bytes;
    if (this.#bound > this.#maxOfAll) this.#relieve();
  }

  /** Counts anew, and cuts off those with the most until there is room. */
  #relieve(): void {
    const held = [...this.#queued.keys()].map((connection) => ({ connection, bytes: this.#heldBy(connection) }));
    this.#bound = held.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { connection, bytes } of held.sort((a, b) => b.bytes - a.bytes)) {
      if (this.#bound <= this.#maxOfAll * RELIEF) return;
      this.#bound -= bytes;
      this.#cut(connection);
    }
  }

  #heldBy(connection: Connection): number {
    return (this.#queued.get(connection) ?? 0) + connection.request.socket.writableLength;
  }

  /** No farewell: it would wait behind what is not read. */
  #cut(connection: Connection): void {
    this.#queued.delete(connection);
    connection.close(true);
    connection.request.socket.destroy();
  }
}
