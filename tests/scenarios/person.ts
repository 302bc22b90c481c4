import { type Bytes, concat } from "@tacit/shared/bytes";
import type { MessageId, RelayOrigin } from "@tacit/shared/ids";
import { bulkPrimitives } from "@tacit/web/adapters/bulk-primitives";
import { nodePorts } from "@tacit/web/adapters/node-ports";
import { createClient, type LocalClient } from "@tacit/web/core/client";
import type { Client, NewAccount } from "@tacit/web/core/client-api";
import { openFile } from "@tacit/web/core/files/opening";
import { type StagedFile, stageFile } from "@tacit/web/core/files/staging";
import type { Ports } from "@tacit/web/core/ports";
import type { Clock } from "@tacit/web/core/ports/clock";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Peers } from "@tacit/web/core/ports/peers";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { Shelf } from "@tacit/web/core/ports/shelf";
import type { Space } from "@tacit/web/core/ports/space";
import type { Store } from "@tacit/web/core/ports/store";
import { memoryDeviceKey } from "@tacit/web/core/testing/memory-device-key";
import { MemoryMedia } from "@tacit/web/core/testing/memory-media";
import type { MemoryNetwork, MemoryPeers } from "@tacit/web/core/testing/memory-peers";
import { memoryShelf, memoryShelfDisk } from "@tacit/web/core/testing/memory-shelf";
import { type MemoryDisk, memoryDisk, memoryStore } from "@tacit/web/core/testing/memory-store";
import type { ContactId, FileView, Mark, MessageRow, Query, ValueOf } from "@tacit/web/core/views";
import type { FakeClock } from "./fake-clock.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";

const PREKEYS = 4;

export type Surroundings = {
  readonly clock: FakeClock;
  readonly origin: RelayOrigin;
  /** Wraps the relay that this person sees: a hostile one, a broken network. */
  readonly disturb?: ((relay: Relay) => Relay) | undefined;
  /** Wraps the store that this person writes to: one that dies. */
  readonly disturbStore?: ((store: Store) => Store) | undefined;
  /** Wraps the keys that this person works with: a client that does not follow the rules. */
  readonly disturbKeys?: ((keyholder: Keyholder) => Keyholder) | undefined;
  /** Wraps the clock that this person goes by: one that is wrong. */
  readonly disturbClock?: ((clock: Clock) => Clock) | undefined;
  /** Called at each start of this person's client. */
  readonly peers?: (() => Peers) | undefined;
  readonly oneTimePreKeys?: number | undefined;
  /** Where direct connections go. Without one there are none, and nobody can call. */
  readonly network?: MemoryNetwork | undefined;
  readonly space?: Space | undefined;
  readonly deviceName?: string | undefined;
};

/** Somebody with a device: a real client on a disk that outlives it. */
export class Person {
  readonly name: string;
  readonly disk: MemoryDisk;
  /** Its direct connections, and what it records in calls. */
  readonly peers: MemoryPeers | undefined;
  readonly media = new MemoryMedia();
  readonly shelfDisk = memoryShelfDisk();
  readonly shelf: Shelf;
  readonly password: string;
  readonly #random;
  readonly #deviceKey;
  readonly #surroundings: Surroundings;
  #client: LocalClient | undefined;
  #starts = 0;
  #staged = 0;

  constructor(name: string, surroundings: Surroundings, disk: MemoryDisk = memoryDisk()) {
    this.name = name;
    this.disk = disk;
    this.password = `${name} has a long password`;
    this.#surroundings = surroundings;
    this.shelf = memoryShelf(this.shelfDisk, () => surroundings.clock.nowMs());
    this.peers = surroundings.network?.device();
    this.#random = seededRandom(name);
    this.#deviceKey = memoryDeviceKey(this.#random);
  }

  /** Starts the client on what the disk holds. */
  async open(): Promise<this> {
    this.#starts += 1;
    const { clock, origin, disturb, disturbStore, disturbKeys, disturbClock, space, deviceName } = this.#surroundings;
    const { oneTimePreKeys = PREKEYS, peers } = this.#surroundings;
    const store = memoryStore(this.disk);
    const random = seededRandom(`${this.name} ${this.#starts}`);
    const plain = nodePorts({
      relay: origin,
      clock: disturbClock === undefined ? clock : disturbClock(clock),
      random,
      store: disturbStore === undefined ? store : disturbStore(store),
      deviceKey: this.#deviceKey,
      shelf: this.shelf,
      space,
      deviceName,
    });
    const ports: Ports = {
      ...plain,
      peers: peers?.(),
      relay: disturb === undefined ? plain.relay : disturb(plain.relay),
      keyholder: disturbKeys === undefined ? plain.keyholder : disturbKeys(plain.keyholder),
      ...(this.peers !== undefined && { peers: this.peers, media: this.media }),
    };
    this.#client = await createClient(ports, { oneTimePreKeys });
    return this;
  }

  /** Ends the client; the disk stays. */
  async quit(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error(`${this.name} has no client running`);
    return this.#client;
  }

  async join(wishes: Partial<NewAccount> = {}): Promise<this> {
    const { name, password } = this;
    const made = await this.client.createAccount({ login: name.toLowerCase(), name, password, keep: true, ...wishes });
    if (!made.ok) throw new Error(`${name} could not join: ${made.reason}`);
    await this.isOnline();
    return this;
  }

  isOnline(): Promise<unknown> {
    return this.sees(`${this.name} is online`, { view: "connection" }, ({ state }) => state === "online");
  }

  /** Waits until a view shows what is wanted, and answers it. */
  async sees<Q extends Query>(
    what: string,
    query: Q,
    isIt: (value: ValueOf<Q>) => boolean,
    move = () => {},
  ): Promise<ValueOf<Q>> {
    let shown: { readonly value: ValueOf<Q> } | undefined;
    const stop = this.client.watch(query, (value) => {
      shown = { value };
    });
    try {
      const seen = await until(`${this.name} sees ${what}`, () => {
        move();
        return shown !== undefined && isIt(shown.value) && shown;
      });
      return seen.value;
    } finally {
      stop();
    }
  }

  /** What a view shows now. */
  show<Q extends Query>(query: Q): Promise<ValueOf<Q>> {
    return this.sees("anything", query, () => true);
  }

  async card(isOnce = true): Promise<string> {
    return (await this.client.createCard({ label: "a card", isOnce })).link;
  }

  /** Comes by a card, which has to work. */
  async add(link: string, by: "link" | "qr" = "link"): Promise<ContactId> {
    const added = await this.client.addContact(link, by);
    if (!added.ok) throw new Error(`${this.name} could not add: ${added.reason}`);
    return added.value;
  }

  /** The contact of that name, as soon as it is there. */
  async contact(other: Person): Promise<ContactId> {
    const rows = await this.sees(`a contact ${other.name}`, { view: "conversations" }, (all) =>
      all.some(({ name }) => name === other.name),
    );
    const row = rows.find(({ name }) => name === other.name);
    if (row === undefined) throw new Error("unreachable");
    return row.contact;
  }

  async say(other: Person, ...texts: readonly string[]): Promise<void> {
    const contact = await this.contact(other);
    for (const text of texts) await this.client.sendText(contact, text);
  }

  /** Seals a file, as the screen does before it is sent. */
  async stage(bytes: Bytes): Promise<StagedFile> {
    const random = seededRandom(`${this.name} files ${this.#staged++}`);
    const source = { size: bytes.length, read: async (start: number, end: number) => bytes.slice(start, end) };
    const staged = await stageFile({ shelf: this.shelf, bulk: bulkPrimitives, random }, source);
    if (!staged.ok) throw new Error(`${this.name} could not stage: ${staged.reason}`);
    return staged.value;
  }

  async sendFile(other: Person, name: string, bytes: Bytes, caption = ""): Promise<MessageId> {
    const staged = await this.stage(bytes);
    const file = { ...staged, name, mediaType: "application/octet-stream" };
    const sent = await this.client.sendFile(await this.contact(other), file, caption);
    if (!sent.ok) throw new Error(`${this.name} could not send: ${sent.reason}`);
    return sent.value;
  }

  /** Waits for a file of that name in the conversation with somebody, as it is wanted. */
  async file(other: Person, name: string, isIt: (file: FileView) => boolean = () => true): Promise<FileView> {
    const contact = await this.contact(other);
    let found: FileView | undefined;
    await this.sees(`the file ${name}`, { view: "messages", contact, limit: 1_000 }, ({ rows }) => {
      found = rows.flatMap((row) => (row.kind === "text" && row.file?.name === name ? [row.file] : [])).at(-1);
      return found !== undefined && isIt(found);
    });
    if (found === undefined) throw new Error("unreachable");
    return found;
  }

  /** What a file has inside, once it is here. */
  async reads(other: Person, name: string): Promise<Bytes> {
    const file = await this.file(other, name, ({ progress }) => progress.state === "here");
    const parts: Bytes[] = [];
    for await (const part of openFile({ shelf: this.shelf, bulk: bulkPrimitives }, file)) parts.push(part);
    return concat(...parts);
  }

  /** The rows of the conversation with somebody. */
  async rows(other: Person): Promise<readonly MessageRow[]> {
    const contact = await this.contact(other);
    return (await this.show({ view: "messages", contact, limit: 1_000 })).rows;
  }

  /** Waits until exactly these texts of theirs are shown, in this order. */
  async hears(other: Person, ...texts: readonly string[]): Promise<void> {
    const contact = await this.contact(other);
    let last: readonly string[] = [];
    await this.sees(
      `"${texts.join('", "')}" from ${other.name}`,
      { view: "messages", contact, limit: 1_000 },
      (page) => {
        last = page.rows.flatMap((row) => (row.kind === "text" && !row.isMine ? [row.text] : []));
        return last.length >= texts.length;
      },
    );
    if (JSON.stringify(last) !== JSON.stringify(texts)) {
      throw new Error(`${this.name} heard ${JSON.stringify(last)} instead of ${JSON.stringify(texts)}`);
    }
  }

  /** The same for messages that may come in any order, for what was sent again comes later. */
  async hearsAnyOrder(other: Person, ...texts: readonly string[]): Promise<void> {
    const contact = await this.contact(other);
    await this.sees(`"${texts.join('", "')}" in any order`, { view: "messages", contact, limit: 1_000 }, ({ rows }) => {
      const heard = rows.flatMap((row) => (row.kind === "text" && !row.isMine ? [row.text] : []));
      return JSON.stringify(heard.toSorted()) === JSON.stringify(texts.toSorted());
    });
  }

  /**
   * Waits until a text of ours carries a mark, moving time so that receipts leave. It moves far ahead of what the machine
   * gets done: who minds that a link is not answered in time moves it by themselves.
   */
  async marks(
    other: Person,
    text: string,
    mark: Mark,
    move = () => this.#surroundings.clock.advance(5),
  ): Promise<void> {
    const contact = await this.contact(other);
    await this.sees(
      `${mark} at "${text}"`,
      { view: "messages", contact, limit: 1_000 },
      ({ rows }) => rows.some((row) => row.kind === "text" && row.isMine && row.text === text && row.mark === mark),
      move,
    );
  }
}
