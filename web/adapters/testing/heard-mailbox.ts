import type { Ready } from "@tacit/shared/events";
import type { DeviceToken } from "@tacit/shared/ids";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { Mailbox, MailboxEvents, Relay, RelayFailure } from "@tacit/web/core/ports/relay";

/** A connection of the device plane that writes down what it hears. */
export class HeardMailbox implements MailboxEvents {
  readonly mailbox: Mailbox;
  readonly greetings: Ready[] = [];
  readonly heard: Envelope[] = [];
  readonly ends: RelayFailure[] = [];
  isDrained = false;

  constructor(relay: Relay, token: DeviceToken, epoch: number) {
    this.mailbox = relay.connect({ token, epoch }, this);
  }

  ready(ready: Ready): void {
    this.greetings.push(ready);
  }

  envelopes(page: readonly Envelope[]): void {
    this.heard.push(...page);
  }

  drained(): void {
    this.isDrained = true;
  }

  prekeys(): void {}

  closed(reason: RelayFailure): void {
    this.ends.push(reason);
  }
}
