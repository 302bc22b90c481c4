import type { RelayOrigin } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import { RELAY_REFUSALS, type RelayRefusal } from "@tacit/shared/wire/errors";
import { io, type Socket } from "socket.io-client";
import * as parser from "socket.io-msgpack-parser";

const CONNECT_TIMEOUT_MS = 15 * SECOND_MS;

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

/**
 * What the parser's browser build understands: it takes bytes for an object with numbered fields, unless they are an
 * `ArrayBuffer`, and it writes what is undefined.
 */
export function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice().buffer;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null) return value;
  const defined = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(defined.map(([name, field]) => [name, toWire(field)]));
}
