import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { decode } from "@tacit/shared/codec";
import { MAX_HTTP_BODY_BYTES } from "@tacit/shared/limits";
import { RelayError, type RelayRefusal } from "@tacit/shared/wire/errors";
import type { Chance } from "../simulation/chance.ts";

/** More than any answer takes; a head that promises a body which never comes is not answered before. */
const PATIENCE_MS = 5_000;

export type OddRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
};
/** 0: the connection ended without an answer. */
export type OddAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Uint8Array };

/** What no `fetch` would send goes out as it is. */
export function ask(origin: string, { method, path, headers, body }: OddRequest): Promise<OddAnswer> {
  return new Promise((resolve) => {
    const none: OddAnswer = { status: 0, headers: {}, body: new Uint8Array() };
    const sent = httpRequest(origin + path, { method, headers, setHost: headers["host"] === undefined, agent: false });
    sent.setTimeout(PATIENCE_MS, () => sent.destroy());
    sent.once("error", () => resolve(none));
    sent.once("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("error", () => resolve(none));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.end(body);
  });
}

/** `undefined`: the refusal is none of the protocol's. */
export function refusalIn({ body }: OddAnswer): RelayRefusal | undefined {
  const decoded = decode(new Uint8Array(body), MAX_HTTP_BODY_BYTES);
  const error = RelayError.safeParse(decoded.ok ? decoded.value : undefined);
  return error.success ? error.data.error : undefined;
}

/** One of these headers, or one more, says something else. Those by which HTTP itself is framed are for Node to refuse. */
export function changeHeaders(
  headers: Readonly<Record<string, string>>,
  more: readonly string[],
  chance: Chance,
): Readonly<Record<string, string>> {
  const name = chance.pick([...Object.keys(headers), ...more]);
  if (chance.isOneIn(6)) return Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name));
  return { ...headers, [name]: chance.isOneIn(3) ? `${headers[name] ?? ""}${oddText(chance)}` : oddText(chance) };
}

function oddText(chance: Chance): string {
  switch (chance.below(6)) {
    case 0:
      return chance.pick(
        ["", " ", "0", "-0", "-1", "+1", "1.5", "1e3", "0x10", "007", "NaN", "Infinity", "٣"].map(toLatin),
      );
    case 1:
      return String(chance.pick([1, 4_096, 4_144, 2 ** 31, 2 ** 32, 2 ** 53, 10 ** 15, 10 ** 16, 2 ** 64]));
    case 2:
      return chance.pick([
        "__proto__",
        "constructor",
        "null",
        "undefined",
        "[object Object]",
        "\u00ff".repeat(40),
        "\t",
      ]);
    case 3:
      return chance.pick([
        "bytes=",
        "bytes=0-",
        "bytes=-1",
        "bytes=5-3",
        "bytes=0-0,2-3",
        "bytes=0-999999999999999",
        "items=0-1",
      ]);
    case 4:
      return chance.pick([
        "Bearer",
        "Bearer  ",
        "Basic AAAA",
        "http://[",
        "null",
        "::ffff:::1",
        "1.2.3.4,,",
        "gzip, gzip",
        ",,,",
      ]);
    default:
      return "a".repeat(chance.below(4_000));
  }
}

/** Headers are bytes: what is no Latin-1 comes as its UTF-8. */
function toLatin(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
