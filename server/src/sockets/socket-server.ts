import type { Server as HttpServer, IncomingMessage } from "node:http";
import { MAX_FRAME_BYTES, SECOND_MS } from "@tacit/shared/limits";
import { type Namespace, Server } from "socket.io";
import { Crowd } from "./crowd.ts";
import { gatherGreeting, gatherWrites } from "./gathered-writes.ts";
import { refusal } from "./handshake.ts";
import { strictParser } from "./parser.ts";
import type { Unread } from "./unread.ts";
import { type Connection, Unsent } from "./unsent.ts";

const JOIN_TIMEOUT_MS = 10 * SECOND_MS;
/** From our farewell on a websocket to the end of its connection. */
const FAREWELL_MS = 2 * SECOND_MS;
/** Many people share an address; nobody needs so many by himself. */
const MAX_SOCKETS_PER_VISITOR = 2_000;

type Ports = {
  readonly isAllowedOrigin: (origin: string) => boolean;
  readonly visitorOf: (request: IncomingMessage) => string;
  readonly maxSocketsPerVisitor?: number | undefined;
  readonly unread: Unread;
};

/** What clients of ours ask for, and what Engine.IO would read in it with a parser of URLs. */
const OUR_URL = "/socket.io/?EIO=4&transport=websocket";
const OUR_QUERY = Object.freeze({ EIO: "4", transport: "websocket" });
type Upgrade = IncomingMessage & { _query?: Readonly<Record<string, string>> };

type EngineConnection = Connection &
  Parameters<typeof gatherWrites>[0] & {
    request: IncomingMessage;
    on(event: "packet", heard: () => void): void;
  };

/**
 * socket.io as the relay speaks it: websockets with the strict parser, nothing else. One connection carries one
 * namespace, so that nobody's token and posts come over the same one.
 */
export function buildSocketServer(http: HttpServer, ports: Ports): Server {
  const crowd = new Crowd(ports.maxSocketsPerVisitor ?? MAX_SOCKETS_PER_VISITOR);
  const visitors = new WeakMap<IncomingMessage, string>();
  const visitorOf = (request: IncomingMessage): string => {
    const visitor = visitors.get(request) ?? ports.visitorOf(request);
    visitors.set(request, visitor);
    return visitor;
  };
  const isAllowed = (request: IncomingMessage): boolean => {
    const { origin } = request.headers;
    return (origin === undefined || ports.isAllowedOrigin(origin)) && crowd.hasRoom(visitorOf(request));
  };
  const io = new Server(http, {
    transports: ["websocket"],
    allowUpgrades: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    connectTimeout: JOIN_TIMEOUT_MS,
    serveClient: false,
    parser: strictParser,
    allowRequest: (request, decide) => decide(null, isAllowed(request)),
  });
  http.prependListener("upgrade", (request: Upgrade, socket) => {
    if (request.url === OUR_URL) request._query = OUR_QUERY;
    gatherGreeting(socket);
  });
  const unsent = new Unsent();
  io.engine.on("connection", (connection: EngineConnection) => {
    const visitor = visitorOf(connection.request);
    const { socket } = connection.request;
    connection.request = remainsOf(connection.request);
    gatherWrites(connection, socket);
    crowd.enter(visitor);
    socket.once("close", () => {
      crowd.leave(visitor);
      ports.unread.read(socket);
    });
    // Before the websocket takes it, which may make it whole.
    socket.prependListener("data", ({ length }: Buffer) => ports.unread.came(socket, length));
    connection.on("packet", () => ports.unread.read(socket));
    connection.once("close", () => setTimeout(() => socket.destroy(), FAREWELL_MS).unref());
    unsent.watch(connection);
  });
  io.use((_socket, next) => next(refusal("not-found")));
  const joined = new WeakMap<object, Namespace>();
  io.on("new_namespace", (namespace) => {
    // Nobody is spoken to by rooms.
    namespace.adapter.addAll = () => {};
    namespace.use((socket, next) => {
      const before = joined.get(socket.conn) ?? namespace;
      joined.set(socket.conn, before);
      next(before === namespace ? undefined : refusal("malformed"));
    });
    // Whoever leaves it has nothing more to say over this connection.
    namespace.on("connection", (socket) => {
      socket.once("disconnect", () => socket.conn.close());
      // It was read when the connection was admitted.
      Object.assign(socket, { handshake: undefined });
    });
  });
  return io;
}

/** What is still asked of a request once it is a websocket. The rest is some kilobytes for each connection. */
function remainsOf({ socket, headers }: IncomingMessage): IncomingMessage {
  const forwarded = headers["x-forwarded-for"];
  const remains = {
    socket,
    connection: socket,
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  };
  // socket.io keeps what it finds of the rest, and uses nothing of it.
  return remains as unknown as IncomingMessage;
}
