import type { Bytes } from "@tacit/shared/bytes";
import { concat } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { DeviceToken, RelayOrigin } from "@tacit/shared/ids";
import { MAX_HTTP_BODY_BYTES, MAX_HTTP_BODY_VALUES, SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { type AnswerOf, BODY_TYPE, PROTOCOL_HEADER, type RequestOf, routes } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { RelayError } from "@tacit/shared/wire/errors";
import type { RelayFailure, RouteName, Routes } from "../core/ports/relay.ts";

const REQUEST_TIMEOUT_MS = 30 * SECOND_MS;

/**
 * One HTTP request of the table of routes. A route without authentication gets neither token nor cookie. "unreachable"
 * is everything that is not an answer of a relay: no network, a proxy's error page, a body that breaks the schema.
 */
export async function requestRelay<Name extends RouteName>(
  origin: RelayOrigin,
  name: Name,
  body: RequestOf<Routes[Name]>,
  token: DeviceToken | undefined,
): Promise<Result<AnswerOf<Routes[Name]>, RelayFailure>> {
  const { method, path, auth, answer } = routes[name];
  if (auth === "token" && token === undefined) throw new RangeError(`${name} needs a token`);
  const headers = new Headers({ accept: BODY_TYPE, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) });
  if (auth === "token") headers.set("authorization", `Bearer ${token}`);
  if (method !== "GET") headers.set("content-type", BODY_TYPE);

  const answered = await fetchBytes(new URL(path, origin), {
    method,
    headers,
    ...(method !== "GET" && { body: encode(body) }),
    // No cookie in either direction, nothing kept, and nobody else's answer.
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const decoded = answered && decode(answered.body, MAX_HTTP_BODY_BYTES, MAX_HTTP_BODY_VALUES);
  if (!decoded?.ok) return refused("unreachable");
  if (!answered?.isOk) {
    const error = RelayError.safeParse(decoded.value);
    return refused(error.success ? error.data.error : "unreachable");
  }
  const parsed = answer.safeParse(decoded.value);
  // The table ties each name to its answer; a union over all names has lost which.
  return parsed.success ? ok(parsed.data as AnswerOf<Routes[Name]>) : refused("unreachable");
}

/** `undefined` where no whole answer of an acceptable length came. */
async function fetchBytes(
  url: URL,
  request: RequestInit,
): Promise<{ readonly isOk: boolean; readonly body: Bytes } | undefined> {
  try {
    const response = await fetch(url, request);
    const parts: Uint8Array[] = [];
    let length = 0;
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      length += read.value.length;
      if (length > MAX_HTTP_BODY_BYTES) {
        await reader?.cancel();
        return undefined;
      }
      parts.push(read.value);
    }
    return { isOk: response.ok, body: concat(...parts) };
  } catch {
    return undefined;
  }
}
