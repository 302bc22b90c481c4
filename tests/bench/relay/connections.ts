import { DELIVERY_PLANE, DEVICE_PLANE } from "@tacit/shared/events";
import { MAX_POSTS_PER_BATCH } from "@tacit/shared/limits";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import type { Ledger } from "./ledger.ts";
import { collectedPacket, connectPacket, numberOf, type PreparedPost, postPacket } from "./packets.ts";
import { type Packet, readPacket } from "./read-packet.ts";
import { RawWebSocket } from "./websocket.ts";

const PATH = "/socket.io/?EIO=4&transport=websocket";
const [CONNECTED, EVENT, ANSWER, REFUSED] = [0, 2, 3, 4] as const;

/** One Engine.IO connection that carries one namespace. */
abstract class PlaneConnection {
  readonly socket: RawWebSocket;
  readonly #namespace: string;
  readonly #auth: object;
  readonly #opened = Promise.withResolvers<void>();
  protected packets = 0;

  constructor(namespace: string, auth: object) {
    this.#namespace = namespace;
    this.#auth = auth;
    this.socket = new RawWebSocket({
      text: (said) => this.#engine(said),
      binary: (frame) => this.#hear(readPacket(frame)),
    });
  }

  /** Resolves when the relay serves the connection. */
  async open(port: number, from: string): Promise<void> {
    await this.socket.open(port, PATH, from);
    await this.#opened.promise;
  }

  close(): Promise<void> {
    return this.socket.close();
  }

  protected opened(): void {
    this.#opened.resolve();
  }

  /** Whether the connection is served once the namespace is joined. */
  protected joined(): void {}
  protected event(_name: unknown, _argument: unknown): void {}
  protected answered(_packet: number, _answer: unknown): void {}

  #engine(said: string): void {
    if (said.startsWith("0")) this.socket.sendBinary(connectPacket(this.#namespace, this.#auth));
    else if (said === "2") this.socket.sendText("3");
  }

  #hear({ type, id, data }: Packet): void {
    const values = data as readonly unknown[];
    if (type === EVENT) this.event(values[0], values[1]);
    else if (type === ANSWER && id !== undefined) this.answered(id, values[0]);
    else if (type === CONNECTED) this.joined();
    else if (type === REFUSED) this.#opened.reject(new Error(`the relay refuses: ${JSON.stringify(data)}`));
  }
}

/** The anonymous plane. What is posted within one turn goes as one batch, as far as the protocol lets it. */
export class DeliveryConnection extends PlaneConnection {
  readonly #ledger: Ledger;
  readonly #unsent: { readonly post: PreparedPost; readonly number: number }[] = [];
  readonly #unanswered = new Map<number, readonly number[]>();

  constructor(ledger: Ledger) {
    super(DELIVERY_PLANE, { protocol: PROTOCOL_VERSION });
    this.#ledger = ledger;
  }

  post(post: PreparedPost): number {
    const number = this.#ledger.begin();
    this.#unsent.push({ post, number });
    if (this.#unsent.length === 1) queueMicrotask(() => this.#flush());
    return number;
  }

  protected override joined(): void {
    this.opened();
  }

  protected override answered(packet: number, answers: unknown): void {
    const numbers = this.#unanswered.get(packet) ?? [];
    this.#unanswered.delete(packet);
    for (const [i, { status }] of (answers as readonly { readonly status: string }[]).entries()) {
      if (status !== "ok") throw new Error(`a post is answered ${status}`);
      this.#ledger.acknowledged(numbers[i] as number);
    }
  }

  #flush(): void {
    while (this.#unsent.length > 0) {
      const batch = this.#unsent.splice(0, MAX_POSTS_PER_BATCH);
      const numbers = batch.map(({ number }) => number);
      const packet = this.packets++;
      this.#unanswered.set(packet, numbers);
      this.socket.sendBinary(
        postPacket(
          packet,
          batch.map(({ post }) => post),
          numbers,
        ),
      );
    }
  }
}

/** A device's own connection: it collects each page as soon as it came. */
export class DeviceConnection extends PlaneConnection {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger, token: string, epoch: number) {
    super(DEVICE_PLANE, { protocol: PROTOCOL_VERSION, token, epoch });
    this.#ledger = ledger;
  }

  protected override event(name: unknown, argument: unknown): void {
    if (name === "ready") this.opened();
    if (name !== "envelopes") return;
    const ids = (argument as readonly { readonly id: Buffer }[]).map(({ id }) => id);
    for (const id of ids) this.#ledger.delivered(numberOf(id));
    this.socket.sendBinary(collectedPacket(this.packets++, ids));
  }
}
