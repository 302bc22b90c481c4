import type { RelayOrigin } from "@tacit/shared/ids";
import type { Mailbox, Relay } from "../core/ports.ts";
import { deliveryConnection } from "./delivery-connection.ts";
import { connectMailbox } from "./device-connection.ts";
import { requestRelay } from "./relay-requests.ts";

/** The relay at `origin` over fetch and socket.io. `close` ends the connections of both planes. */
export function socketRelay(origin: RelayOrigin, options: { readonly deliveryIdleMs?: number } = {}): Relay {
  const delivery = deliveryConnection(origin, options.deliveryIdleMs);
  const mailboxes = new Set<Mailbox>();

  return {
    ...delivery,
    origin,
    request: (name, body, token) => requestRelay(origin, name, body, token),
    connect(hello, events) {
      const mailbox = connectMailbox(origin, hello, events, () => mailboxes.delete(mailbox));
      mailboxes.add(mailbox);
      return mailbox;
    },
    close() {
      delivery.close();
      for (const mailbox of mailboxes) mailbox.close();
      mailboxes.clear();
    },
  };
}
