import type { Server as HttpServer, IncomingMessage } from "node:http";
import { MAX_FRAME_BYTES, SECOND_MS } from "@tacit/shared/limits";
import { type Namespace, Server } from "socket.io";
import parser from "socket.io-msgpack-parser";
import { refusal } from "./handshake.ts";

const JOIN_TIMEOUT_MS = 10 * SECOND_MS;

/**
 * socket.io as the relay speaks it: websockets with the msgpack parser, nothing else. One connection carries one
 * namespace, so that nobody's token and posts come over the same one.
 */
export function buildSocketServer(http: HttpServer, isAllowed: (request: IncomingMessage) => boolean): Server {
  const io = new Server(http, {
    transports: ["websocket"],
    allowUpgrades: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    connectTimeout: JOIN_TIMEOUT_MS,
    serveClient: false,
    parser,
    allowRequest: (request, decide) => decide(null, isAllowed(request)),
  });
  io.use((_socket, next) => next(refusal("not-found")));
  const joined = new WeakMap<object, Namespace>();
  io.on("new_namespace", (namespace) => {
    namespace.use((socket, next) => {
      const before = joined.get(socket.conn) ?? namespace;
      joined.set(socket.conn, before);
      next(before === namespace ? undefined : refusal("malformed"));
    });
  });
  return io;
}
