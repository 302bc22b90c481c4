import { DEVICE_PLANE, EnvelopePage, Ready } from "@tacit/shared/events";
import type { DeviceToken, RelayOrigin } from "@tacit/shared/ids";
import { MAX_COLLECTED_PER_CALL, SECOND_MS } from "@tacit/shared/limits";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { PreKeyCount } from "@tacit/shared/wire/prekeys";
import type * as z from "zod/mini";
import type { Mailbox, MailboxEvents, RelayFailure } from "../core/ports/relay.ts";
import { openSocket, refusalIn } from "./relay-socket.ts";

const COLLECT_TIMEOUT_MS = 30 * SECOND_MS;

/** `breakOff` ends it as a lost network does: `closed` is said. */
export type BreakableMailbox = Mailbox & { breakOff(): void };

/**
 * One connection of the device plane. A relay that says what it may not say is left. `closed` is not said to who called
 * `close` itself. Calls `ended` when it is over either way.
 */
export function connectMailbox(
  origin: RelayOrigin,
  hello: { readonly token: DeviceToken; readonly epoch: number },
  events: MailboxEvents,
  ended: () => void,
): BreakableMailbox {
  const socket = openSocket(origin, DEVICE_PLANE, { protocol: PROTOCOL_VERSION, ...hello });
  let isClosed = false;

  function close(): void {
    isClosed = true;
    socket.disconnect();
    ended();
  }

  function end(reason: RelayFailure): void {
    if (isClosed) return;
    close();
    events.closed(reason);
  }

  function on<Value>(event: string, schema: z.ZodMiniType<Value>, heard: (value: Value) => void): void {
    socket.on(event, (said: unknown) => {
      if (isClosed) return;
      const parsed = schema.safeParse(said);
      if (parsed.success) heard(parsed.data);
      else end("unreachable");
    });
  }

  on("ready", Ready, (ready) => events.ready(ready));
  on("envelopes", EnvelopePage, (page) => events.envelopes(page));
  on("prekeys", PreKeyCount, (count) => events.prekeys(count));
  socket.on("drained", () => {
    if (!isClosed) events.drained();
  });
  socket.on("connect_error", (error) => end(refusalIn(error) ?? "unreachable"));
  socket.on("disconnect", () => end("unreachable"));

  return {
    async collected(ids) {
      for (let start = 0; start < ids.length; start += MAX_COLLECTED_PER_CALL) {
        if (isClosed) throw new Error("the connection to the relay has ended");
        const part = ids.slice(start, start + MAX_COLLECTED_PER_CALL);
        await socket.timeout(COLLECT_TIMEOUT_MS).emitWithAck("collected", part);
      }
    },
    close,
    breakOff: () => end("unreachable"),
  };
}
