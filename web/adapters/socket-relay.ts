import type { RelayOrigin } from "@tacit/shared/ids";
import type { Relay } from "../core/ports/relay.ts";
import { deliveryConnection } from "./delivery-connection.ts";
import { type BreakableMailbox, connectMailbox } from "./device-connection.ts";
import type { Network } from "./network.ts";
import { relayBlobs } from "./relay-blobs.ts";
import { requestRelay } from "./relay-requests.ts";

export type SocketRelayOptions = {
  readonly deliveryIdleMs?: number | undefined;
  /** Where given, connections end as soon as the device says that its network is gone. */
  readonly network?: Network | undefined;
};

/** The relay at `origin` over fetch and socket.io. `close` ends the connections of both planes. */
export function socketRelay(origin: RelayOrigin, { deliveryIdleMs, network }: SocketRelayOptions = {}): Relay {
  const delivery = deliveryConnection(origin, deliveryIdleMs);
  const mailboxes = new Set<BreakableMailbox>();
  const unwatch = network?.watch((isUp) => {
    if (isUp) return;
    delivery.close();
    for (const mailbox of [...mailboxes]) mailbox.breakOff();
  });

  return {
    ...delivery,
    origin,
    blobs: relayBlobs(origin),
    request: (name, body, token) => requestRelay(origin, name, body, token),
    connect(hello, events) {
      const mailbox = connectMailbox(origin, hello, events, () => mailboxes.delete(mailbox));
      mailboxes.add(mailbox);
      return mailbox;
    },
    close() {
      unwatch?.();
      delivery.close();
      for (const mailbox of mailboxes) mailbox.close();
      mailboxes.clear();
    },
  };
}
