import { copyBytes } from "@tacit/shared/bytes";
import type { DeliveryKey, EnvelopeId } from "@tacit/shared/ids";
import type { Lane, OutgoingEnvelope, Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import { buildAccountStore } from "../accounts/store.ts";
import { GroupCommit } from "../db/group-commit.ts";
import { type Db, openDatabase } from "../db/open.ts";
import { buildDeliveryKeyStore } from "../delivery-keys/store.ts";
import { silentLog } from "../log.ts";
import { createMailboxId, type MailboxId } from "../mailbox/mailbox-id.ts";
import { Mailboxes } from "../mailbox/mailboxes.ts";
import { buildMailboxStore } from "../mailbox/store.ts";
import { FakeClock } from "./fake-clock.ts";
import { Listener } from "./listener.ts";
import { device, hashOf, Owner } from "./owner.ts";
import { seededRandom } from "./seeded-random.ts";

/** One account, its keys and its mailboxes, with the rules of the relay and without sockets. */
export class MailboxStage {
  readonly clock = new FakeClock();
  readonly random = seededRandom("mailbox");
  readonly db: Db;
  commits: GroupCommit;
  readonly contactKey: DeliveryKey;
  readonly cardKey: DeliveryKey;
  readonly onceKey: DeliveryKey;
  readonly #devices: readonly number[];
  readonly #schedule: ((flush: () => void) => void) | undefined;
  readonly #mailboxIds: readonly MailboxId[];
  mailboxes: Mailboxes;

  constructor(devices: readonly number[] = [1], path = ":memory:", schedule?: (flush: () => void) => void) {
    this.#devices = devices;
    this.#schedule = schedule;
    this.db = openDatabase(path, this.random);
    this.commits = new GroupCommit(this.db, schedule);
    const owner = new Owner(this.random);
    const accounts = buildAccountStore(this.db);
    const { accountId, identityKey } = owner;
    const listed = devices.map((deviceId) => device(deviceId));
    const { list, signature } = owner.list(listed);
    accounts.add({
      id: accountId,
      login: "bob",
      record: "",
      stretching: "",
      identityKey,
      list,
      listSignature: signature,
      listCounter: 1,
      deliveryKeysVersion: 0,
      deliveryKeysDigest: new Uint8Array(),
    });
    this.#mailboxIds = listed.map((one) => {
      const mailbox = createMailboxId(this.random);
      accounts.addDevice(accountId, one, mailbox);
      return mailbox;
    });
    const keys = buildDeliveryKeyStore(this.db, this.clock);
    const add = (keyClass: "contact" | "card" | "once") => {
      const key = this.random(32) as DeliveryKey;
      keys.add(accountId, hashOf(key), keyClass);
      return key;
    };
    this.contactKey = add("contact");
    this.cardKey = add("card");
    this.onceKey = add("once");
    this.mailboxes = this.#start();
  }

  /** The relay's memory is lost, with the work that waits for a commit; its database is not. */
  restart(): void {
    this.commits = new GroupCommit(this.db, this.#schedule);
    this.mailboxes = this.#start();
  }

  #start(): Mailboxes {
    const { clock, commits } = this;
    return new Mailboxes({ clock, store: buildMailboxStore(this.db), commits, log: silentLog });
  }

  mailbox(index = 0): MailboxId {
    const mailbox = this.#mailboxIds[index];
    if (mailbox === undefined) throw new Error("no such device on this stage");
    return mailbox;
  }

  envelope(deviceId = 1, bytes = 2048): OutgoingEnvelope {
    const sealed = new Uint8Array(bytes);
    sealed.set(this.random(16));
    return { ...device(deviceId), id: this.random(16) as EnvelopeId, sealed };
  }

  /** A post for every device of the account. */
  compose(lane: Lane = "durable", key = this.contactKey, bytes = 2048): Post {
    return { key, lane, envelopes: this.#devices.map((deviceId) => this.envelope(deviceId, bytes)) };
  }

  post(lane: Lane = "durable", key = this.contactKey): Promise<PostAnswer> {
    return this.mailboxes.post(this.compose(lane, key));
  }

  connect(index = 0): Listener {
    return new Listener(this.mailboxes, this.mailbox(index));
  }
}

/** The same post with other bytes under the same envelope ids. */
export function tampered(post: Post): Post {
  const envelopes = post.envelopes.map((envelope) => {
    const sealed = copyBytes(envelope.sealed);
    sealed[0] = (sealed[0] ?? 0) ^ 1;
    return { ...envelope, sealed };
  });
  return { ...post, envelopes };
}
