import type { Relay } from "@tacit/web/core/ports/relay";

/** A way to the relay that can be cut: a device connects no more, and what it posts gets there all the same. */
export class Cut {
  isCut = false;

  readonly disturb = (relay: Relay): Relay => ({
    ...relay,
    connect: (hello, events) => {
      if (!this.isCut) return relay.connect(hello, events);
      queueMicrotask(() => events.closed("unreachable"));
      return { collected: () => Promise.reject(new Error("cut")), close() {} };
    },
  });
}
