import { decode, encode } from "@tacit/shared/codec";
import { BundleAnswer, EnvelopePage, Ready } from "@tacit/shared/events";
import type { RelayOrigin } from "@tacit/shared/ids";
import { MAX_HTTP_BODY_BYTES, SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { routes } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import { type Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import { RELAY_REFUSALS, RelayError } from "@tacit/shared/wire/errors";
import { PreKeyCount } from "@tacit/shared/wire/prekeys";
import type { Clock } from "@tacit/web/core/ports/clock";
import type { MailboxEvents, Relay, RelayFailure } from "@tacit/web/core/ports/relay";
import * as z from "zod/mini";
import type { Frame, Plane, Wire } from "./wire.ts";

const PATIENCE_MS = 30 * SECOND_MS;
const CONNECT_PATIENCE_MS = 15 * SECOND_MS;

const PostAnswers: z.ZodMiniType<readonly PostAnswer[]> = z.array(PostAnswer);

type Surroundings = {
  readonly origin: RelayOrigin;
  readonly clock: Clock;
  readonly dial: (plane: Plane) => Wire;
  /** Hears of each post on its way out. */
  readonly onPost: (posts: readonly Post[]) => void;
};
type Said = { readonly event: string; readonly value: unknown; readonly asked: unknown };

/** The messenger's end of the wires: the same rules as `socketRelay`'s, with the time and the network of a story. */
export function clientEnd({ origin, clock, dial, onPost }: Surroundings): Relay {
  const delivery = deliveryEnd(clock, dial);
  return {
    origin,
    // Files are not part of these stories.
    blobs: {
      limit: async () => refused("unreachable"),
      create: async () => refused("unreachable"),
      look: async () => refused("unreachable"),
      append: async () => refused("unreachable"),
      fetch: async () => refused("unreachable"),
      remove: async () => undefined,
    },
    async request(name, body, token) {
      const wire = dial("request");
      wire.tell(encode([name, body, token]));
      const said = await firstSaid(clock, wire);
      if (said?.event === "refused") {
        const error = RelayError.safeParse(said.value);
        return refused(error.success ? error.data.error : "unreachable");
      }
      const parsed = said?.event === "answer" ? routes[name].answer.safeParse(said.value) : undefined;
      // The table ties each name to its answer; a union over all names has lost which.
      return parsed?.success ? ok(parsed.data as never) : refused("unreachable");
    },
    connect: (hello, events) => connect(clock, dial("device"), { protocol: PROTOCOL_VERSION, ...hello }, events),
    async post(posts) {
      onPost(posts);
      const answered = await delivery.ask("post", posts, PostAnswers);
      return answered.ok && answered.value.length !== posts.length ? refused("unreachable") : answered;
    },
    bundle: (request) => delivery.ask("bundle", request, BundleAnswer),
    claim: (claim) => delivery.ask("claim", claim, ClaimAnswer),
    close: delivery.close,
  };
}

/** `undefined` where no answer came in time, or none that is one. */
function firstSaid(clock: Clock, wire: Wire): Promise<Said | undefined> {
  return new Promise((resolve) => {
    const done = (said: Said | undefined) => {
      cancel();
      wire.down.receiver = undefined;
      resolve(said);
    };
    const cancel = clock.after(PATIENCE_MS, () => done(undefined));
    wire.down.receiver = (frame) => done(toSaid(frame));
  });
}

function toSaid(frame: Frame): Said | undefined {
  const decoded = frame === "end" ? undefined : decode(frame, MAX_HTTP_BODY_BYTES);
  if (!decoded?.ok || !Array.isArray(decoded.value)) return undefined;
  const [event, value, last] = decoded.value as readonly unknown[];
  if (event === "answer" && decoded.value.length === 3) return { event, value: last, asked: value };
  return typeof event === "string" ? { event, value, asked: undefined } : undefined;
}

function connect(clock: Clock, wire: Wire, hello: object, events: MailboxEvents) {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let isClosed = false;
  let asked = 0;

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    cancelPatience();
    wire.loseClient();
  }
  function end(reason: RelayFailure): void {
    if (isClosed) return;
    close();
    events.closed(reason);
  }
  function parsed<Value>(schema: z.ZodMiniType<Value>, said: unknown, heard: (value: Value) => void): void {
    const value = schema.safeParse(said);
    if (value.success) heard(value.data);
    else end("unreachable");
  }

  const cancelPatience = clock.after(CONNECT_PATIENCE_MS, () => end("unreachable"));
  wire.down.receiver = (frame) => {
    const said = toSaid(frame);
    switch (said?.event) {
      case "admitted":
        return cancelPatience();
      case "refused":
        return end(RELAY_REFUSALS.find((refusal) => refusal === said.value) ?? "unreachable");
      case "ready":
        return parsed(Ready, said.value, (ready) => events.ready(ready));
      case "envelopes":
        return parsed(EnvelopePage, said.value, (page) => events.envelopes(page));
      case "prekeys":
        return parsed(PreKeyCount, said.value, (count) => events.prekeys(count));
      case "drained":
        return events.drained();
      case "answer":
        waiting.get(said.asked as number)?.resolve();
        waiting.delete(said.asked as number);
        return;
      default:
        return end("unreachable");
    }
  };
  wire.tell(encode(hello));

  return {
    async collected(ids: readonly unknown[]): Promise<void> {
      if (ids.length === 0) return;
      if (isClosed) throw new Error("the connection to the relay has ended");
      const answer = Promise.withResolvers<void>();
      asked += 1;
      waiting.set(asked, answer);
      const cancel = clock.after(PATIENCE_MS, () => answer.reject(new Error("the relay did not answer")));
      wire.tell(encode(["collected", ids, asked]));
      await answer.promise.finally(cancel);
    },
    close,
  };
}

function deliveryEnd(clock: Clock, dial: (plane: Plane) => Wire) {
  type Connection = { readonly wire: Wire; readonly waiting: Map<number, (value: unknown) => void> };
  let current: Connection | undefined;
  let asked = 0;

  function connection(): Connection {
    if (current !== undefined) return current;
    const wire = dial("delivery");
    const opened: Connection = { wire, waiting: new Map() };
    current = opened;
    wire.down.receiver = (frame) => {
      const said = toSaid(frame);
      if (said?.event === "answer") {
        opened.waiting.get(said.asked as number)?.(said.value);
        opened.waiting.delete(said.asked as number);
      } else if (said?.event !== "admitted") end(opened);
    };
    wire.tell(encode({ protocol: PROTOCOL_VERSION }));
    return opened;
  }

  function end(ended: Connection): void {
    if (current === ended) current = undefined;
    ended.wire.loseClient();
    for (const settle of ended.waiting.values()) settle(undefined);
    ended.waiting.clear();
  }

  return {
    async ask<Value>(
      event: string,
      question: unknown,
      schema: z.ZodMiniType<Value>,
    ): Promise<Result<Value, "unreachable">> {
      const used = connection();
      asked += 1;
      const number = asked;
      const { promise, resolve } = Promise.withResolvers<unknown>();
      used.waiting.set(number, resolve);
      const cancel = clock.after(PATIENCE_MS, () => resolve(undefined));
      used.wire.tell(encode([event, question, number]));
      const parsed = schema.safeParse(await promise);
      cancel();
      if (!parsed.success) end(used);
      return parsed.success ? ok(parsed.data) : refused("unreachable");
    },
    close(): void {
      if (current !== undefined) end(current);
    },
  };
}
