import type { Bytes } from "@tacit/shared/bytes";
import type { DeviceServerEvents } from "@tacit/shared/events";
import type { DeliveryKeyHash } from "@tacit/shared/ids";
import type { PreKeyCount } from "@tacit/shared/wire/prekeys";
import type { Namespace, Socket } from "socket.io";
import type { AccountStore, TokenHash } from "../accounts/store.ts";
import type { GroupCommit } from "../db/group-commit.ts";
import type { DeliveryKeyStore } from "../delivery-keys/store.ts";
import { mapKey } from "../hash.ts";
import type { Log } from "../log.ts";
import type { Recipient } from "../mailbox/handover.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import type { Mailboxes } from "../mailbox/mailboxes.ts";
import type { Clock } from "../ports.ts";
import type { PreKeyStore } from "../prekeys/store.ts";
import { parseDeviceHello, refusal } from "./handshake.ts";
import { parseCollected } from "./parse-post.ts";

/** Nothing that a client sends is believed before it is parsed. */
type Untrusted = { readonly collected: (ids: unknown, done: unknown) => void };
type DeviceData = {
  readonly mailbox: MailboxId;
  readonly epoch: number;
  readonly tokenHash: TokenHash;
  /** Of what it is told first; let go once it is. */
  greeting: Greeting | undefined;
};
type Greeting = { readonly prekeys: PreKeyCount; readonly claimed: readonly DeliveryKeyHash[] | undefined };
export type DevicePlane = Namespace<Untrusted, DeviceServerEvents, Record<string, never>, DeviceData>;
type DeviceSocket = Socket<Untrusted, DeviceServerEvents, Record<string, never>, DeviceData>;

type Ports = {
  readonly storeEpoch: Bytes;
  readonly clock: Clock;
  readonly commits: GroupCommit;
  readonly accounts: AccountStore;
  readonly prekeys: PreKeyStore;
  readonly deliveryKeys: DeliveryKeyStore;
  readonly mailboxes: Mailboxes;
  readonly log: Log;
};

/** The connections of devices: who they are is proven before anything else is said. */
export class DeviceConnections {
  readonly #ports: Ports;
  readonly #connected = new Map<string, DeviceSocket>();

  constructor(plane: DevicePlane, ports: Ports) {
    this.#ports = ports;
    plane.use((socket, next) => {
      this.#admit(socket).then(next, (failure) => {
        ports.log("error", "could not admit a device", failure);
        next(refusal("unavailable"));
      });
    });
    plane.on("connection", (socket) => this.#serve(socket));
  }

  /** Tells a device, if it is connected, that it should leave more prekeys. */
  sayLow(mailbox: MailboxId, count: PreKeyCount): void {
    this.#connected.get(mapKey(mailbox))?.emit("prekeys", count);
  }

  /** Ends the connections of devices that the operator has shut out or removed meanwhile. */
  review(): void {
    for (const socket of [...this.#connected.values()]) {
      const { mailbox, tokenHash } = socket.data;
      const holder = this.#ports.accounts.findHolder(tokenHash);
      if (holder === undefined || mapKey(holder.mailbox) !== mapKey(mailbox)) this.#ports.mailboxes.end(mailbox);
    }
  }

  async #admit(socket: DeviceSocket): Promise<ReturnType<typeof refusal> | undefined> {
    const { accounts, clock, commits, deliveryKeys, prekeys } = this.#ports;
    const parsed = parseDeviceHello(socket.handshake.auth);
    if ("refusal" in parsed) return refusal(parsed.refusal);
    const { epoch } = parsed.hello;
    const tokenHash = accounts.hashOf(parsed.hello.token);
    const holder = accounts.findHolder(tokenHash);
    if (holder === undefined) {
      return refusal(accounts.isDisabled(parsed.hello.token) ? "disabled" : "unauthorized");
    }
    const { accountId, mailbox } = holder;
    const greeting = await commits.gather(() => {
      if (!accounts.raiseEpoch(mailbox, epoch)) return undefined;
      accounts.seeToken(tokenHash, clock.nowMs());
      // What is read within a transaction costs no locks of its own.
      return { prekeys: prekeys.count(mailbox), claimed: deliveryKeys.claimedCardsOf(accountId) };
    });
    if (greeting === undefined) return refusal("epoch");
    socket.data = { mailbox, epoch, tokenHash, greeting };
    return undefined;
  }

  #serve(socket: DeviceSocket): void {
    const { accounts, clock, mailboxes, storeEpoch } = this.#ports;
    const { mailbox, epoch, tokenHash, greeting } = socket.data;
    const name = mapKey(mailbox);
    const before = this.#connected.get(name);
    // Two that were admitted together: the higher epoch is the device as it is now.
    const isOutdone = before !== undefined && before.data.epoch > epoch;
    // The token was good when it was admitted; whoever revoked it meanwhile found no connection to end.
    const holder = accounts.findHolder(tokenHash);
    if (isOutdone || holder === undefined || mapKey(holder.mailbox) !== name) {
      socket.disconnect(true);
      return;
    }
    this.#connected.set(name, socket);
    const recipient: Recipient = {
      envelopes: (page) => socket.emit("envelopes", page),
      drained: () => socket.emit("drained"),
      ended: () => socket.disconnect(true),
    };
    socket.on("collected", (ids, done) => {
      void this.#collect(socket, ids, done);
    });
    socket.on("disconnect", () => {
      mailboxes.detach(mailbox, recipient);
      if (this.#connected.get(name) === socket) this.#connected.delete(name);
    });
    socket.on("error", () => socket.disconnect(true));
    socket.data.greeting = undefined;
    socket.emit("ready", { storeEpoch, timeMs: clock.nowMs(), ...(greeting as Greeting) });
    mailboxes.attach(mailbox, recipient);
  }

  async #collect(socket: DeviceSocket, ids: unknown, done: unknown): Promise<void> {
    const collected = parseCollected(ids);
    if (collected === undefined || typeof done !== "function") {
      socket.disconnect(true);
      return;
    }
    try {
      await this.#ports.mailboxes.collected(socket.data.mailbox, collected);
      done();
    } catch (failure) {
      // Nothing was deleted. The device connects again and gets the same envelopes.
      this.#ports.log("error", "could not delete collected envelopes", failure);
      socket.disconnect(true);
    }
  }
}
