import { BundleAnswer, DELIVERY_PLANE } from "@tacit/shared/events";
import type { RelayOrigin } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import { PostAnswer } from "@tacit/shared/wire/envelopes";
import type { Socket } from "socket.io-client";
import * as z from "zod/mini";
import type { Relay } from "../core/ports/relay.ts";
import { openSocket } from "./relay-socket.ts";

const ANSWER_TIMEOUT_MS = 30 * SECOND_MS;
/** Posts over one connection are linkable to each other, so it ends when nothing has gone over it for so long. */
const IDLE_MS = 60 * SECOND_MS;

const PostAnswers: z.ZodMiniType<readonly PostAnswer[]> = z.array(PostAnswer);

type Connection = {
  readonly socket: Socket;
  /** Settles when no answer can come any more. */
  readonly ended: Promise<undefined>;
  readonly end: () => void;
  pending: number;
  idle?: ReturnType<typeof setTimeout>;
};

/**
 * The delivery plane over a connection of its own, without a token, opened on use and closed after `idleMs` without
 * any. An answer that breaks its schema is "unreachable" and ends the connection.
 */
export function deliveryConnection(
  origin: RelayOrigin,
  idleMs: number = IDLE_MS,
): Pick<Relay, "post" | "bundle" | "claim" | "close"> {
  let current: Connection | undefined;

  function connection(): Connection {
    if (current !== undefined) return current;
    const socket = openSocket(origin, DELIVERY_PLANE, { protocol: PROTOCOL_VERSION });
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    const opened: Connection = { socket, ended, end, pending: 0 };
    socket.on("connect_error", end);
    socket.on("disconnect", end);
    current = opened;
    return opened;

    function end(): void {
      clearTimeout(opened.idle);
      if (current === opened) current = undefined;
      socket.disconnect();
      resolve(undefined);
    }
  }

  async function ask<Value>(
    event: string,
    question: unknown,
    schema: z.ZodMiniType<Value>,
  ): Promise<Result<Value, "unreachable">> {
    const asked = connection();
    asked.pending += 1;
    clearTimeout(asked.idle);
    const answer = asked.socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event, question);
    const said = await Promise.race([answer.catch(() => undefined), asked.ended]);
    asked.pending -= 1;
    const parsed = schema.safeParse(said);
    if (!parsed.success) asked.end();
    else if (asked.pending === 0 && current === asked) asked.idle = setTimeout(asked.end, idleMs);
    return parsed.success ? ok(parsed.data) : refused("unreachable");
  }

  return {
    async post(posts) {
      const answered = await ask("post", posts, PostAnswers);
      return answered.ok && answered.value.length !== posts.length ? refused("unreachable") : answered;
    },
    bundle: (request) => ask("bundle", request, BundleAnswer),
    claim: (claim) => ask("claim", claim, ClaimAnswer),
    close() {
      current?.end();
    },
  };
}
