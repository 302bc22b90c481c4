import type { RelayOrigin } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import { RELAY_REFUSALS, type RelayRefusal } from "@tacit/shared/wire/errors";
import { io, type Socket } from "socket.io-client";
import { PlainEncoder, StrictDecoder, StrictWebSocket } from "./relay-frames.ts";

const CONNECT_TIMEOUT_MS = 15 * SECOND_MS;

const parser = { Encoder: PlainEncoder, Decoder: StrictDecoder };

/** A connection of its own to one namespace, that comes up once and never again. */
export function openSocket(origin: RelayOrigin, plane: string, hello: object): Socket {
  return io(`${origin}${plane}`, {
    auth: hello,
    parser,
    transports: [StrictWebSocket],
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
