import { type Bytes, toBase64Url } from "@tacit/shared/bytes";
import type { AccountId, MessageId } from "@tacit/shared/ids";
import type { Body, Content } from "@tacit/shared/wire/content";
import type { Device } from "@tacit/shared/wire/devices";
import { Allowances } from "./allowances.ts";
import type { CallView } from "./call-view.ts";
import { byMailbox, type Carrier } from "./carrying.ts";
import type { DirectFiles } from "./direct/direct-files.ts";
import { Exclusive } from "./exclusive.ts";
import { FETCHED_UNASKED } from "./files/unasked.ts";
import { guardStore, OtherOwner } from "./guarded-store.ts";
import { loadHeld } from "./held-records.ts";
import { CONTACT, type Contact, MESSAGE } from "./kinds.ts";
import { newMessageId } from "./message-id.ts";
import { ACCOUNT, type Account, META } from "./meta-kinds.ts";
import type { Ports } from "./ports.ts";
import type { Received } from "./received.ts";
import { Records } from "./records.ts";
import { TwoClocks } from "./two-clocks.ts";
import { UNSEEN_ANSWERS } from "./unseen-answers.ts";
import type { Connection, ContactId, MovingWay, Phase, StorageView } from "./views.ts";
import { TOPIC, Watching } from "./watching.ts";
import { Work } from "./work.ts";

type LinkListener = (work: Work, received: Received, body: Extract<Body, { readonly type: "link" }>) => Promise<void>;
type FileLinkListener = (contact: ContactId, device: Device, body: Extract<Body, { readonly type: "link" }>) => void;
type MissingListener = (
  work: Work,
  received: Received,
  body: Extract<Body, { readonly type: "missing" }>,
) => Promise<void>;
type CallListener = (
  work: Work,
  received: Received,
  content: Pick<Content, "sentAtMs">,
  body: Extract<Body, { readonly type: "call" }>,
) => Promise<void>;

/** Nothing of it is kept: where a file is after a restart is told by its bytes. */
export type Moving = {
  readonly movedBytes: number;
  readonly bytesPerSecond: number | undefined;
  readonly by: MovingWay;
  /** It came so far, and goes on later. */
  readonly isStill: boolean;
};

/** What the parts of one client share. Everything durable changes through `change`, one unit of work at a time. */
export class Core {
  readonly ports: Ports;
  readonly records: Records;
  readonly clocks: TwoClocks;
  readonly watching = new Watching();
  /** How envelopes leave. */
  carrier: Carrier;
  phase: Phase = { phase: "starting" };
  connection: Connection["state"] = "offline";
  /** Contacts that are typing, and the cancel of each one's timer. */
  readonly typing = new Map<ContactId, () => void>();
  /** The conversations on screen, and the unread divider of each. */
  readonly opened = new Map<ContactId, { readonly firstUnread: string | undefined }>();
  /** The nonce of each bundle request that has no answer yet. */
  readonly bundleNonces = new Map<ContactId, Bytes>();
  /** What is known of each file on its way: `moved`, in bytes of the sealed file. */
  readonly moving = new Map<string, Moving>();
  /** What each contact may still have fetched here without anybody asking for it, in MiB. */
  readonly unasked = new Allowances(FETCHED_UNASKED);
  readonly #unseen = new Allowances(UNSEEN_ANSWERS);
  /** Files of others that their senders have paused. */
  readonly heldByThem = new Set<string>();
  /** When something last came that a contact sent within a minute. */
  readonly seenMs = new Map<ContactId, number>();
  /** Direct connections for files, made when first needed; absent where there is no WebRTC. */
  direct: (() => Promise<DirectFiles>) | undefined;
  /** Whether our relay has TURN servers, as far as is known. */
  hasTurn: () => boolean = () => false;
  /** Of the largest sealed file that the relay takes, once it was asked. */
  relayedBytes: number | undefined;
  /** Hears of each file that is to move, once that is committed. */
  onFile: ((shelf: string) => void) | undefined;
  /** Hears of each contact for whom something was queued, once that is committed. */
  onQueued: ((contact: ContactId) => void) | undefined;
  /** Hears that something of a contact wants to be looked at every minute, once that is committed. */
  onWatched: (() => void) | undefined;
  /** Takes what a contact misses, in the unit of work of the envelope that said it. */
  onMissing: MissingListener | undefined;
  /** Takes what a contact says of a call, in the unit of work of the envelope that said it. */
  onCall: CallListener | undefined;
  /** The same for what they say of a link. */
  onLink: LinkListener | undefined;
  /** The same for a link that carries files, once that is committed. */
  onFileLink: FileLinkListener | undefined;
  /** Hears of each contact who is there now: something came that they sent within the last minute. */
  onSeen: ((contact: ContactId, isText: boolean) => void) | undefined;
  /** The call that there is. */
  showCall: (() => CallView | undefined) | undefined;
  /** Puts locking by itself off until the answer is called: for as long as a call lasts. */
  keepOpen: () => () => void = () => () => {};
  /** What the watch over this device's room knows. */
  showStorage: () => Promise<StorageView | undefined> = async () => undefined;
  /** Hears of each phase. */
  onPhase: (() => void) | undefined;
  /** Hears that somebody else has put another account, or none, into this store. */
  onReplaced: (() => void) | undefined;
  /** Hears which topics each committed change touched. */
  onChange: ((topics: ReadonlySet<string>) => void) | undefined;
  readonly #exclusive = new Exclusive();
  /** Somebody else wrote to the store, and what they wrote could not be read yet. */
  #isStale = false;
  #nextOrder = 1;

  constructor(ports: Ports) {
    const store = guardStore(ports.store);
    this.ports = { ...ports, store };
    this.clocks = new TwoClocks(ports.clock);
    this.carrier = byMailbox(ports.relay);
    this.records = new Records(store, ports.keyholder, ["meta", "contacts", "drafts", "files"], ["messages"]);
  }

  nowMs(): number {
    return this.ports.clock.nowMs();
  }

  /** The relay says its time. */
  hearTime(relayMs: number): void {
    if (this.clocks.heard(relayMs)) this.touch(TOPIC.connection);
  }

  /**
   * Runs `action` alone and commits what it put, all or nothing. Not to be called from inside another change. Where
   * somebody else wrote to the store meanwhile it rejects, and whoever tries again goes by what is stored, or is rejected
   * until that can be read: nobody decides by half of it.
   */
  async change<Value>(action: (work: Work) => Promise<Value>): Promise<Value> {
    const { value, topics } = await this.#exclusive.run(async () => {
      if (this.#isStale) await this.#readAgain();
      const work = new Work(this.records);
      try {
        const result = await action(work);
        return { value: result, topics: await work.commit() };
      } catch (error) {
        if (error instanceof OtherOwner) await this.#readAgain();
        throw error;
      }
    });
    this.watching.touch(topics);
    this.onChange?.(topics);
    return value;
  }

  async #readAgain(): Promise<void> {
    if (this.records.held(ACCOUNT, META.account) === undefined) return;
    const contacts = this.contacts();
    this.#isStale = true;
    await this.records.renew(() => loadHeld(this));
    await this.loadOrder();
    this.#isStale = false;
    if (this.records.held(ACCOUNT, META.account) === undefined) this.onReplaced?.();
    const { contact, messages, ...general } = TOPIC;
    this.touch(...Object.values(general));
    for (const [id] of [...contacts, ...this.contacts()]) this.touch(contact(id), messages(id));
  }

  touch(...topics: readonly string[]): void {
    this.watching.touch(new Set(topics));
  }

  idle(): Promise<void> {
    return this.#exclusive.idle();
  }

  setPhase(phase: Phase): void {
    this.phase = phase;
    this.touch(TOPIC.phase, TOPIC.me);
    this.onPhase?.();
  }

  setConnection(state: Connection["state"]): void {
    if (this.connection === state) return;
    this.connection = state;
    this.touch(TOPIC.connection);
  }

  /** The account of an open client. Throws while there is none. */
  get account(): Account {
    const stored = this.records.held(ACCOUNT, META.account);
    if (stored === undefined) throw new Error("the client is not open");
    return stored.value;
  }

  contact(id: ContactId): Contact | undefined {
    return this.records.held(CONTACT, id)?.value;
  }

  contacts(): readonly (readonly [ContactId, Contact])[] {
    return this.records.allHeld(CONTACT).map(({ id, value }) => [id, value] as const);
  }

  contactOf(account: AccountId): ContactId | undefined {
    return this.contacts().find(([, contact]) => contact.account === account)?.[0];
  }

  /** Local sequence numbers: the order in which this device came to know things. */
  nextOrder(): number {
    return this.#nextOrder++;
  }

  /** Whether a contact may have one more answer that nobody here sees; if so it is theirs. */
  mayAnswerUnseen(contact: ContactId): boolean {
    return this.#unseen.take(contact, this.nowMs()) === "taken";
  }

  /** Once the contacts are in memory. */
  async loadOrder(): Promise<void> {
    const tops = await Promise.all(
      (["messages", "outbox"] as const).map((table) => this.ports.store.list(table, { descending: true, limit: 1 })),
    );
    let top = Math.max(0, ...tops.flat().map((row) => row.order ?? 0));
    // What is kept free for what may still come has no row.
    for (const [, { theirRuns = [] }] of this.contacts()) {
      for (const { order } of theirRuns.flatMap(({ gaps }) => gaps)) top = Math.max(top, order);
    }
    this.#nextOrder = top + 1;
  }

  newId(): string {
    return toBase64Url(this.ports.random(16));
  }

  newMessageId(): MessageId {
    return newMessageId(this.ports.random);
  }

  messageRowId(contact: ContactId, name: string): Promise<string> {
    return this.records.blind(MESSAGE.table, `${contact} ${name}`);
  }

  conversationIndex(contact: ContactId): Promise<string> {
    return this.records.blind(MESSAGE.table, contact);
  }
}
