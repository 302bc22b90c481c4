import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import { DAY_MS } from "@tacit/shared/limits";
import { text, whole } from "@tacit/shared/wire/fields";
import { NodeWebSocket } from "socket.io-client";
import * as z from "zod/mini";

// What a relay says below its events. The libraries believe it: one odd frame of a hostile relay throws where nobody
// catches, which ends a client in Node, and one odd greeting keeps a browser busy for ever.

const nsp = z.string();
/** What the relay may say by itself. socket.io hands on any other name too, also of what it says to its own users. */
const said = z.tuple([z.enum(["ready", "envelopes", "prekeys", "drained"])], z.unknown());
const Packet = z.union([
  z.object({ type: z.literal(0), nsp, data: z.object({ sid: text(64, 1) }) }),
  z.object({ type: z.literal(1), nsp }),
  z.object({ type: z.literal(2), nsp, data: said }),
  z.object({ type: z.literal(3), nsp, id: whole(0, Number.MAX_SAFE_INTEGER), data: z.array(z.unknown()) }),
  z.object({ type: z.literal(4), nsp, data: z.object({ message: z.string() }) }),
]);
const period = whole(1, DAY_MS);
const Greeting = z.object({
  sid: text(64, 1),
  upgrades: z.array(z.string()).check(z.maxLength(8)),
  pingInterval: period,
  pingTimeout: period,
  maxPayload: z.number(),
});

/** Plain MessagePack: the library's own writes bytes differently in Node and in a browser, and what is undefined. */
export class PlainEncoder {
  encode(packet: unknown): readonly Bytes[] {
    return [encode(packet)];
  }
}

/** Throws what is no packet of ours: that ends the connection. */
export class StrictDecoder {
  readonly #listeners = new Set<(packet: unknown) => void>();

  on(_event: "decoded", listener: (packet: unknown) => void): void {
    this.#listeners.add(listener);
  }

  off(_event: "decoded", listener: (packet: unknown) => void): void {
    this.#listeners.delete(listener);
  }

  add(frame: unknown): void {
    const bytes = frame instanceof ArrayBuffer ? new Uint8Array(frame) : frame;
    const decoded = bytes instanceof Uint8Array ? decode(bytes, bytes.length) : undefined;
    const packet = decoded?.ok ? Packet.safeParse(decoded.value) : undefined;
    if (!packet?.success) throw new Error("a frame is no packet of ours");
    for (const listener of [...this.#listeners]) listener(packet.data);
  }

  destroy(): void {
    this.#listeners.clear();
  }
}

/** The websocket of Node or of the browser, ended by a greeting that is none, or is the second. */
export class StrictWebSocket extends NodeWebSocket {
  #isGreeted = false;

  protected override onPacket(packet: Parameters<NodeWebSocket["onPacket"]>[0]): void {
    if (packet.type === "open" && (this.#isGreeted || !isGreeting(packet.data))) {
      this.onError("the relay's greeting is none", undefined, undefined);
      return;
    }
    if (packet.type === "open") this.#isGreeted = true;
    super.onPacket(packet);
  }
}

function isGreeting(json: unknown): boolean {
  try {
    return Greeting.safeParse(JSON.parse(String(json))).success;
  } catch {
    return false;
  }
}
