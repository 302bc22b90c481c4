import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { encode } from "@tacit/shared/codec";
import { DEVICE_PLANE } from "@tacit/shared/events";
import type { RelayOrigin } from "@tacit/shared/ids";

/** RFC 6455 §1.3. */
const WEBSOCKET_ID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 0x81;
const BINARY = 0x82;
/** The length follows in 64 bits. */
const LONG = 127;

export const GREETING = JSON.stringify({
  sid: "x",
  upgrades: [],
  pingInterval: 25_000,
  pingTimeout: 20_000,
  maxPayload: 1_000_000,
});
export const WELCOME = { type: 0, nsp: DEVICE_PLANE, data: { sid: "x" } };

/** A relay that says what it is told to say to whoever connects, and hears nothing. */
export class OddRelay implements AsyncDisposable {
  readonly #server: Server = createServer();
  readonly #sockets = new Set<Duplex>();
  /** Text is what Engine.IO says, everything else a packet of socket.io. */
  says: readonly unknown[] = [];

  static async start(): Promise<OddRelay> {
    const relay = new OddRelay();
    relay.#server.on("upgrade", ({ headers }, socket) => {
      relay.#sockets.add(socket.on("error", () => {}).resume());
      const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}${WEBSOCKET_ID}`).digest("base64");
      const lines = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`, "", ""];
      socket.write(["HTTP/1.1 101 Switching Protocols", ...lines].join("\r\n"));
      for (const said of relay.says) {
        const bytes = Buffer.from(typeof said === "string" ? said : encode(said));
        const head = Buffer.alloc(2 + 8);
        head.set([typeof said === "string" ? TEXT : BINARY, LONG]);
        head.writeBigUInt64BE(BigInt(bytes.length), 2);
        socket.write(Buffer.concat([head, bytes]));
      }
    });
    await new Promise<void>((resolve) => relay.#server.listen(0, "localhost", resolve));
    return relay;
  }

  get origin(): RelayOrigin {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}` as RelayOrigin;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
