import { buildEncoder } from "@tacit/shared/codec";
import { isWellFramed } from "@tacit/shared/framing";
import { MAX_FRAME_VALUES } from "@tacit/shared/limits";
import msgpack from "socket.io-msgpack-parser";
import { readPlain } from "./read-plain.ts";

/** Everything that a client may say. The library would run listeners of its own events ("disconnect") on a client's word. */
const EVENTS: ReadonlySet<unknown> = new Set(["collected", "post", "bundle", "claim"]);
const EVENT = msgpack.PacketType.EVENT;

/** Throws on what no client of ours sends; socket.io then closes the connection. */
class StrictDecoder extends msgpack.Decoder {
  override add(frame: unknown): void {
    if (!(frame instanceof Uint8Array)) throw new Error("a frame is no bytes");
    const bytes = asBuffer(frame);
    const packet = readPlain(bytes, MAX_FRAME_VALUES);
    if (packet === undefined) this.#addExtended(bytes);
    else {
      this.checkPacket(packet as Parameters<typeof this.checkPacket>[0]);
      this.emit("decoded", packet);
    }
  }

  override checkPacket(packet: { readonly type: unknown; readonly data?: unknown }): void {
    super.checkPacket(packet);
    if (packet.type !== EVENT) return;
    const [event] = packet.data as readonly unknown[];
    if (!EVENTS.has(event)) throw new Error("a packet names no event of ours");
  }

  /** What has extensions in it, as the library's own encoder writes them. */
  #addExtended(frame: Buffer): void {
    if (!isWellFramed(frame, MAX_FRAME_VALUES)) {
      throw new Error("a frame is not MessagePack, or has more values than any of ours");
    }
    // The library assigns what such a key holds: the map's prototype is then of the client's choice, and throws when read.
    if (frame.includes("__proto__")) throw new Error("a frame names a prototype");
    super.add(frame);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The library writes bytes as an extension of its own in Node, which its own decoder does not read in a browser. Clients
 * read plain MessagePack, as everywhere else.
 */
class PlainEncoder {
  readonly #encode = buildEncoder();

  /** Copied to where Node keeps many small buffers in one. */
  encode(packet: unknown): readonly Buffer[] {
    return [Buffer.from(this.#encode(packet))];
  }
}

/** socket.io's msgpack parser, which believes what it reads, behind checks of what it may read. */
export const strictParser = { ...msgpack, Decoder: StrictDecoder, Encoder: PlainEncoder };
