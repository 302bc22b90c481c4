import { decode, encode } from "@tacit/shared/codec";
import type { DeviceToken } from "@tacit/shared/ids";
import { type AnswerOf, BODY_TYPE, PROTOCOL_HEADER, type RequestOf, routes } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { RelayError } from "@tacit/shared/wire/errors";

type Routes = typeof routes;
type Outcome<Value> =
  | { readonly status: number; readonly answer: Value; readonly error?: undefined }
  | { readonly status: number; readonly answer?: undefined; readonly error: RelayError };

/** Calls the relay's routes over real HTTP, as a client does. */
export class Caller {
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** The answer, or the refusal as an Error: for what must go well. */
  async ask<Name extends keyof Routes>(
    name: Name,
    request: RequestOf<Routes[Name]>,
    token?: DeviceToken,
  ): Promise<AnswerOf<Routes[Name]>> {
    const { answer, error } = await this.call(name, request, token);
    if (error !== undefined) throw new Error(`${name} was refused: ${error.error}`);
    return answer;
  }

  async call<Name extends keyof Routes>(
    name: Name,
    request: unknown,
    token?: DeviceToken,
    headers: Record<string, string> = {},
  ): Promise<Outcome<AnswerOf<Routes[Name]>>> {
    const response = await this.send(name, encode(request), { ...bearer(token), ...headers });
    const decoded = decode(new Uint8Array(await response.arrayBuffer()), 10_000_000);
    if (!decoded.ok) throw new Error(`${name} answered something else, with ${response.status}`);
    const { status } = response;
    if (!response.ok) return { status, error: RelayError.parse(decoded.value) };
    // The schema of a route's answer is what the client parses it with; the table ties both to the name.
    return { status, answer: routes[name].answer.parse(decoded.value) as AnswerOf<Routes[Name]> };
  }

  /** Any body at all. */
  send(name: keyof Routes, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    const { method, path } = routes[name];
    return fetch(this.origin + path, {
      method,
      headers: { "content-type": BODY_TYPE, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), ...headers },
      ...(method === "GET" ? {} : { body }),
    });
  }
}

function bearer(token: DeviceToken | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
