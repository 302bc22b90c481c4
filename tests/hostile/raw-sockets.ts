import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encode } from "@tacit/shared/codec";
import { DELIVERY_PLANE } from "@tacit/shared/events";
import { PROTOCOL_VERSION } from "@tacit/shared/version";

/** A connection that keeps no rules: it says what it likes, and reads only to throw away. */
export class RawSocket {
  readonly socket: Socket;
  readonly #openedAtMs = performance.now();
  readonly #closed: Promise<number>;

  private constructor(socket: Socket) {
    this.socket = socket;
    // A connection that is cut off ends with an error too.
    socket.on("error", () => {});
    this.#closed = new Promise((resolve) =>
      socket.once("close", () => resolve((performance.now() - this.#openedAtMs) / 1_000)),
    );
  }

  static async open(origin: string): Promise<RawSocket> {
    const { hostname, port } = new URL(origin);
    const raw = new RawSocket(connect({ host: hostname, port: Number(port), noDelay: true }));
    await Promise.race([once(raw.socket, "connect"), raw.#closed]);
    raw.socket.resume();
    return raw;
  }

  /** A websocket, before anything is said over it. */
  static async websocket(origin: string): Promise<RawSocket> {
    const raw = await RawSocket.open(origin);
    raw.say(
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
      `Host: ${new URL(origin).host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      "",
      "",
    );
    await Promise.race([once(raw.socket, "data"), raw.#closed]);
    return raw;
  }

  /** One on the delivery plane. */
  static async delivery(origin: string): Promise<RawSocket> {
    const raw = await RawSocket.websocket(origin);
    raw.frame(encode({ type: 0, nsp: DELIVERY_PLANE, data: { protocol: PROTOCOL_VERSION } }));
    await Promise.race([once(raw.socket, "data"), raw.#closed]);
    return raw;
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** How many seconds after it was opened the other side, or we, ended it. */
  get closed(): Promise<number> {
    return this.#closed;
  }

  say(...lines: readonly string[]): void {
    this.socket.write(lines.join("\r\n"));
  }

  bytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** A binary frame as a client sends it, RFC 6455 §5.2. `length`: what it says of itself, if not the truth. */
  frame(payload: Uint8Array, length = payload.length): void {
    const header = Buffer.alloc(14);
    header[0] = 0x82;
    // A mask of zeros changes nothing.
    header[1] = 0x80 | 127;
    header.writeBigUInt64BE(BigInt(length), 2);
    this.socket.write(header);
    this.socket.write(payload);
  }

  end(): void {
    this.socket.destroy();
  }
}

/** So many of them, opened fifty at a time. */
export async function openMany(count: number, open: () => Promise<RawSocket>): Promise<readonly RawSocket[]> {
  const all: RawSocket[] = [];
  while (all.length < count) {
    const next = Array.from({ length: Math.min(50, count - all.length) }, open);
    all.push(...(await Promise.all(next)));
  }
  return all;
}
