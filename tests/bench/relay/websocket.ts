import { connect, type Socket } from "node:net";

const [TEXT, BINARY, CLOSE, PING, PONG] = [1, 2, 8, 9, 10] as const;
const OPENING_TIMEOUT_MS = 60_000;
/** Any that is not zero, so that the relay has to take it off as it does for browsers. */
const MASK = 0x5a17_c3e9;

type Events = {
  readonly text: (said: string) => void;
  readonly binary: (frame: Buffer) => void;
};

/**
 * RFC 6455 as a client over a raw TCP socket, for nothing but load: the library's own cost would be measured with the
 * relay's. What is sent within one turn leaves in one write.
 */
export class RawWebSocket {
  readonly #events: Events;
  #socket: Socket | undefined;
  #rest: Buffer | undefined;
  #isOpen = false;
  #unsent: Buffer[] = [];
  #opened: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(events: Events) {
    this.#events = events;
  }

  /** `from`: the address on this machine that it comes from. Resolves when the upgrade was answered. */
  open(port: number, path: string, from: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the relay does not answer")), OPENING_TIMEOUT_MS);
      this.#opened = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#failed = reject;
      const socket = connect({ host: "127.0.0.1", port, localAddress: from, noDelay: true });
      this.#socket = socket;
      socket.once("connect", () => socket.write(handshake(port, path), "latin1"));
      socket.on("data", (chunk) => this.#read(chunk));
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the relay closed the connection")));
    });
  }

  sendText(said: string): void {
    this.#send(TEXT, Buffer.from(said));
  }

  sendBinary(frame: Buffer): void {
    this.#send(BINARY, frame);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      const socket = this.#socket;
      if (socket === undefined || socket.closed) return resolve();
      socket.once("close", resolve);
      this.#send(CLOSE, Buffer.alloc(0));
      setTimeout(() => socket.destroy(), 1_000).unref();
    });
  }

  #send(opcode: number, body: Buffer): void {
    this.#unsent.push(frameOf(opcode, body));
    if (this.#unsent.length > 1) return;
    queueMicrotask(() => {
      const unsent = this.#unsent;
      this.#unsent = [];
      this.#socket?.write(unsent.length === 1 ? (unsent[0] as Buffer) : Buffer.concat(unsent));
    });
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    let at = 0;
    if (!this.#isOpen) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#rest = bytes;
        return;
      }
      const [line = ""] = bytes.toString("latin1", 0, end).split("\r\n");
      if (!line.includes(" 101 ")) {
        this.#failed?.(new Error(`the relay answers ${line}`));
        return;
      }
      this.#isOpen = true;
      at = end + 4;
      this.#opened?.();
    }
    for (;;) {
      const frame = frameAt(bytes, at);
      if (frame === undefined) break;
      this.#hear(frame.opcode, frame.body);
      at = frame.end;
    }
    if (at < bytes.length) this.#rest = bytes.subarray(at);
  }

  #hear(opcode: number, body: Buffer): void {
    if (opcode === BINARY) this.#events.binary(body);
    else if (opcode === TEXT) this.#events.text(body.toString("latin1"));
    else if (opcode === PING) this.#send(PONG, body);
    else if (opcode === CLOSE) this.#socket?.end();
  }
}

function handshake(port: number, path: string): string {
  const headers = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
  ];
  return `${headers.join("\r\n")}\r\n\r\n`;
}

/** One whole frame, masked. */
function frameOf(opcode: number, body: Buffer): Buffer {
  const lengthBytes = body.length < 126 ? 0 : body.length < 65_536 ? 2 : 8;
  const head = 2 + lengthBytes + 4;
  // The body begins at a multiple of four, so that the mask is laid over whole words.
  const offset = (4 - (head % 4)) % 4;
  const words = Math.ceil(body.length / 4);
  const whole = Buffer.from(new ArrayBuffer(offset + head + 4 * words));
  whole[offset] = 0x80 | opcode;
  if (lengthBytes === 0) whole[offset + 1] = 0x80 | body.length;
  else if (lengthBytes === 2) {
    whole[offset + 1] = 0x80 | 126;
    whole.writeUInt16BE(body.length, offset + 2);
  } else {
    whole[offset + 1] = 0x80 | 127;
    whole.writeUInt32BE(body.length, offset + 6);
  }
  const bodyAt = offset + head;
  whole.writeUInt32LE(MASK, bodyAt - 4);
  body.copy(whole, bodyAt);
  const view = new Int32Array(whole.buffer, bodyAt, words);
  for (let i = 0; i < view.length; i++) view[i] = (view[i] as number) ^ MASK;
  return whole.subarray(offset, bodyAt + body.length);
}

/** The frame at `at`, if all of it is there. Those of a server are not masked. */
function frameAt(bytes: Buffer, at: number): { opcode: number; body: Buffer; end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const opcode = (bytes[at] as number) & 0x0f;
  let length = (bytes[at + 1] as number) & 0x7f;
  let start = at + 2;
  if (length === 126) {
    if (at + 4 > bytes.length) return undefined;
    length = bytes.readUInt16BE(at + 2);
    start = at + 4;
  } else if (length === 127) {
    if (at + 10 > bytes.length) return undefined;
    length = bytes.readUInt32BE(at + 6);
    start = at + 10;
  }
  const end = start + length;
  return end > bytes.length ? undefined : { opcode, body: bytes.subarray(start, end), end };
}
