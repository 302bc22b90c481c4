import type { Bytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { isWellFramed } from "@tacit/shared/framing";
import type { RelayOrigin } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import { RELAY_REFUSALS, type RelayRefusal } from "@tacit/shared/wire/errors";
import { io, type Socket } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";

const CONNECT_TIMEOUT_MS = 15 * SECOND_MS;

/**
 * The library's encoder writes bytes as an object with numbered fields in a browser and as an extension in Node, and
 * writes what is undefined. The relay reads plain MessagePack, as everywhere else.
 */
class PlainEncoder {
  encode(packet: unknown): readonly Bytes[] {
    return [encode(packet)];
  }
}

/** A relay is not believed either: a frame that promises more than it holds ends the connection. */
export class StrictDecoder extends msgpack.Decoder {
  override add(frame: unknown): void {
    const bytes = frame instanceof ArrayBuffer ? new Uint8Array(frame) : frame;
    if (!(bytes instanceof Uint8Array) || !isWellFramed(bytes)) throw new Error("a frame is not MessagePack");
    super.add(frame);
  }
}

const parser = { ...msgpack, Encoder: PlainEncoder, Decoder: StrictDecoder };

/** A connection of its own to one namespace, that comes up once and never again. */
export function openSocket(origin: RelayOrigin, plane: string, hello: object): Socket {
  return io(`${origin}${plane}`, {
    auth: hello,
    parser,
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    timeout: CONNECT_TIMEOUT_MS,
    withCredentials: false,
  });
}

/** Why the relay did not let us in, where it said so: the message of a connection error is a `RelayRefusal`. */
export function refusalIn(error: Error): RelayRefusal | undefined {
  return RELAY_REFUSALS.find((refusal) => refusal === error.message);
}
