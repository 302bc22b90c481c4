import { RelayInfo } from "@tacit/shared/wire/accounts";
import type { Relay } from "@tacit/web/core/ports/relay";

/** A relay that is honest in everything but the time. */
export class LyingClock {
  aheadMs = 0;

  readonly over = (relay: Relay): Relay => ({
    ...relay,
    connect: (hello, events) =>
      relay.connect(hello, {
        ...events,
        ready: (ready) => events.ready({ ...ready, timeMs: ready.timeMs + this.aheadMs }),
      }),
    request: async (name, body, token) => {
      const answer = await relay.request(name, body, token);
      if (name !== "relayInfo" || !answer.ok) return answer;
      const info = RelayInfo.parse(answer.value);
      // The answer of this very route.
      return { ok: true, value: { ...info, timeMs: info.timeMs + this.aheadMs } as typeof answer.value };
    },
  });
}
