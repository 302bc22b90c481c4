import { toHex } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { ContactId, MessagePath } from "./views.ts";

/** Where a Content came from: proven by the seal and by the session. */
export type Received = {
  readonly contactId: ContactId;
  readonly device: DeviceId;
  readonly envelope: Envelope;
  readonly path: MessagePath;
  /** Of the row that it becomes, where later ones of the sender are here already. */
  readonly order?: number | undefined;
};

export function envelopeName(envelope: Envelope): string {
  return toHex(envelope.id);
}
