import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { AccountId, DeviceId, DeviceToken } from "@tacit/shared/ids";
import { MAX_HTTP_BODY_BYTES, MAX_HTTP_BODY_VALUES } from "@tacit/shared/limits";
import { type Result, refused } from "@tacit/shared/result";
import { type AnswerOf, BODY_TYPE, PROTOCOL_HEADER, type RequestOf, routes } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import type { RelayError, RelayRefusal } from "@tacit/shared/wire/errors";
import { deviceToken } from "@tacit/shared/wire/fields";
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import type { Log } from "../log.ts";
import type { Unread } from "../sockets/unread.ts";

export type RouteName = keyof typeof routes;
type Routes = typeof routes;

/** The device that a token belongs to. */
export type Authenticated = {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly token: DeviceToken;
};
/** `from`: where a request comes from, as rate limits count it. Never stored, never logged. */
export type Visitor = { readonly from: string };

export type Answer<Name extends RouteName> = Result<AnswerOf<Routes[Name]>, RelayRefusal>;
type Eventually<Value> = Value | Promise<Value>;

/** What the relay does for each route. A `token` route gets the device that asks. */
export type Handlers = {
  readonly [Name in RouteName]: Routes[Name]["auth"] extends "token"
    ? (request: RequestOf<Routes[Name]>, device: Authenticated) => Eventually<Answer<Name>>
    : (request: RequestOf<Routes[Name]>, visitor: Visitor) => Eventually<Answer<Name>>;
};

type Ports = {
  readonly handlers: Handlers;
  readonly authenticate: (token: DeviceToken) => Authenticated | undefined;
  /** The token would be good if its account were not disabled. */
  readonly isDisabled?: ((token: DeviceToken) => boolean) | undefined;
  readonly isAllowedOrigin: (origin: string) => boolean;
  readonly visitorOf: (request: Request) => Visitor;
  readonly retryAfterMs: () => number;
  /** For counting: which route, and how it ended. */
  readonly onAnswer?: (name: RouteName, outcome: RelayRefusal | "ok") => void;
  readonly unread: Unread;
  readonly log: Log;
};

const STATUS: Readonly<Record<RelayRefusal, number>> = {
  malformed: 400,
  version: 426,
  unauthorized: 401,
  "handle-taken": 409,
  invite: 403,
  closed: 403,
  "wrong-password": 403,
  forged: 403,
  outdated: 409,
  epoch: 409,
  disabled: 403,
  devices: 409,
  work: 403,
  rate: 429,
  unavailable: 503,
  "not-found": 404,
};

/** Every route of the shared table: the body is parsed once, strictly, and a refusal is a `RelayError`. */
export function mountRoutes(ports: Ports): Router {
  const router = express.Router();
  const body = [count(ports.unread), express.raw({ type: BODY_TYPE, limit: MAX_HTTP_BODY_BYTES })];
  for (const name of Object.keys(routes) as RouteName[]) {
    const { method, path } = routes[name];
    const answer = (request: Request, response: Response) => answerRoute(name, ports, request, response);
    if (method === "GET") router.get(path, answer);
    else if (method === "POST") router.post(path, body, answer);
    else router.put(path, body, answer);
  }
  router.use("/v1", (_request, response) => refuse(response, "not-found"));
  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    const isTheirs = typeof error?.status === "number" && error.status < 500;
    if (!isTheirs) ports.log("error", "a request failed", error);
    refuse(response, isTheirs ? "malformed" : "unavailable");
  };
  router.use(onError);
  return router;
}

function count(unread: Unread): RequestHandler {
  return (request, _response, next) => {
    const { socket } = request;
    request.on("data", ({ length }: Buffer) => unread.came(socket, length));
    request.once("close", () => unread.read(socket));
    next();
  };
}

async function answerRoute(name: RouteName, ports: Ports, request: Request, response: Response): Promise<void> {
  response.setHeader("Cache-Control", "no-store");
  const origin = request.get("origin");
  if (origin !== undefined && !ports.isAllowedOrigin(origin)) return refuse(response, "unauthorized");
  // Whoever speaks another version must still be able to read which one this relay speaks.
  if (name !== "relayInfo" && request.get(PROTOCOL_HEADER) !== String(PROTOCOL_VERSION)) {
    return refuse(response, "version");
  }
  const answer = await answerCall(ports, name, bodyOf(request), {
    token: tokenOf(request),
    visitor: () => ports.visitorOf(request),
  });
  ports.onAnswer?.(name, answer.ok ? "ok" : answer.reason);
  if (!answer.ok) return refuse(response, answer.reason, ports.retryAfterMs());
  response.type(BODY_TYPE).send(toBuffer(encode(answer.value)));
}

/** Who calls a route: a token where one was shown, and where the call comes from. */
type Caller = { readonly token: unknown; readonly visitor: () => Visitor };

/** One call of a route, however it came. `body` is still unknown. */
export async function answerCall(
  { handlers, authenticate, isDisabled }: Pick<Ports, "handlers" | "authenticate" | "isDisabled">,
  name: RouteName,
  body: unknown,
  caller: Caller,
): Promise<Answer<RouteName>> {
  const token = deviceToken.safeParse(caller.token);
  const isByToken = routes[name].auth === "token";
  const known = isByToken ? token.success && authenticate(token.data) : caller.visitor();
  if (!known) return refused(token.success && isDisabled?.(token.data) === true ? "disabled" : "unauthorized");
  const parsed = routes[name].request.safeParse(body);
  if (!parsed.success) return refused("malformed");
  // The table ties each name to its request and its caller; a union over all names cannot be called.
  const handle = handlers[name] as (request: unknown, caller: unknown) => Eventually<Answer<RouteName>>;
  return handle(parsed.data, known);
}

function bodyOf(request: Request): unknown {
  if (request.method === "GET") return {};
  if (!(request.body instanceof Uint8Array)) return undefined;
  const decoded = decode(request.body, MAX_HTTP_BODY_BYTES, MAX_HTTP_BODY_VALUES);
  return decoded.ok ? decoded.value : undefined;
}

function tokenOf(request: Request): string | undefined {
  const [scheme, credentials] = (request.get("authorization") ?? "").split(" ");
  return scheme === "Bearer" ? credentials : undefined;
}

function refuse(response: Response, reason: RelayRefusal, retryAfterMs?: number): void {
  const error: RelayError = reason === "rate" ? { error: reason, retryAfterMs } : { error: reason };
  if (error.retryAfterMs !== undefined) response.setHeader("Retry-After", Math.ceil(error.retryAfterMs / 1000));
  response
    .status(STATUS[reason])
    .type(BODY_TYPE)
    .send(toBuffer(encode(error)));
}

function toBuffer(bytes: Bytes): Buffer {
  return Buffer.from(bytes.buffer);
}
