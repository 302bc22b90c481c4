import type { Envelope } from "@tacit/shared/wire/envelopes";
import { announceDevice } from "./announcing.ts";
import type { Core } from "./core.ts";
import { Progress } from "./files/progress.ts";
import { Transfers } from "./files/transfers.ts";
import { IdleLock } from "./idle-lock.ts";
import { inBackground } from "./in-background.ts";
import { FILE } from "./kinds.ts";
import { LateParts } from "./late-parts.ts";
import { Line } from "./line.ts";
import { Links } from "./links/links.ts";
import { LiveLane } from "./live.ts";
import { Outbox } from "./outbox.ts";
import { publish, publishBlocks, publishKeySet } from "./publishing.ts";
import { Receipts } from "./receipts.ts";
import { receive, type Via } from "./receive.ts";
import { RecoveryKeeper } from "./recovery-vault.ts";
import { Refill } from "./refill.ts";
import { isWatched } from "./rekeying.ts";
import { lock, startAgain } from "./signing-in.ts";
import { SpaceWatch } from "./space-watch.ts";
import { Stubborn } from "./stubborn.ts";
import { TurnServers } from "./turn-servers.ts";
import { Upkeep } from "./upkeep.ts";
import { TOPIC } from "./watching.ts";

/** What changes with these may be in the recovery vault. */
const RECOVERED_TOPICS = [TOPIC.conversations, TOPIC.cards, TOPIC.me, TOPIC.settings];
/** With these may change who may learn our address. */
const ADDRESS_TOPICS = [TOPIC.conversations, TOPIC.settings];

/**
 * What a client does without being asked: it keeps the connection, takes what comes, sends what waits, and locks by
 * itself. Its parts hear of each other here and nowhere else. What a person asks for is in client.ts.
 */
export class Engine {
  readonly #core: Core;
  readonly #wantedPreKeys: number;
  readonly #stubborn: Stubborn;
  readonly #turn: TurnServers;
  readonly #recovery: RecoveryKeeper;
  readonly #refill: Refill;
  readonly #upkeep: Upkeep;
  readonly #line: Line;
  readonly outbox: Outbox;
  readonly receipts: Receipts;
  readonly transfers: Transfers;
  readonly links: Links;
  readonly late: LateParts;
  readonly idleLock: IdleLock;
  readonly space: SpaceWatch;

  constructor(core: Core, wantedPreKeys: number) {
    this.#core = core;
    this.#wantedPreKeys = wantedPreKeys;
    this.outbox = new Outbox(core);
    this.receipts = new Receipts(core, this.outbox);
    this.#stubborn = new Stubborn(core);
    const progress = new Progress(core);
    this.transfers = new Transfers(core, progress);
    this.#turn = new TurnServers(core);
    const live = new LiveLane(core, this.outbox);
    this.links = new Links(core, live, this.#turn, {
      take: (...said) => this.#take(...said),
      changed: (contact) => this.outbox.wake(contact),
    });
    this.late = new LateParts(core, { live, turn: this.#turn, progress, transfers: this.transfers });
    this.#refill = new Refill(core, wantedPreKeys);
    this.#recovery = new RecoveryKeeper(core, () => this.outbox.isOpen);
    this.#upkeep = new Upkeep(core, this.outbox, wantedPreKeys);
    this.#line = this.#buildLine();
    this.idleLock = new IdleLock(core, () => this.lock());
    this.space = new SpaceWatch(core, () => this.startIfOpen());
    this.#listen();
  }

  /** Connects if the store is open and has room. Resolves once that is decided. */
  async begin(): Promise<void> {
    await this.space.begin();
    this.startIfOpen();
  }

  startIfOpen(): void {
    if (this.#core.phase.phase !== "open") return;
    if (this.space.isFull) {
      this.#line.stop();
      this.#core.setConnection("full");
    } else this.#line.start();
  }

  /** Ends all connections. Resolves when nothing is under way any more. */
  async goQuiet(): Promise<void> {
    this.#hush();
    await this.transfers.halt();
    await this.#core.idle();
  }

  /** What still waits for an answer of the relay is not waited for: without keys it commits nothing. */
  async lock(): Promise<void> {
    this.#hush();
    void this.transfers.halt();
    await lock(this.#core);
  }

  #hush(): void {
    this.late.calls?.stop();
    this.links.stop();
    this.late.direct?.stop();
    this.receipts.stop();
    this.#line.stop();
  }

  async end(): Promise<void> {
    this.idleLock.end();
    this.space.end();
    await this.goQuiet();
  }

  /** Tells the relay about changed keys now if it can be reached; the next connection does it otherwise. */
  publishKeys(): void {
    if (this.outbox.isOpen) inBackground(publishKeySet(this.#core));
  }

  /** The same for who is blocked. */
  publishBlock(): void {
    if (this.outbox.isOpen) inBackground(this.#publishBlock());
  }

  /** The network may be another one now. */
  async reconnect(): Promise<void> {
    this.#line.hurry();
    this.late.calls?.networkChanged();
    this.links.networkChanged();
    this.late.direct?.networkChanged();
    await this.#upkeep.compareClocks();
  }

  #listen(): void {
    const core = this.#core;
    const { late, links, transfers } = this;
    core.carrier = links;
    core.hasTurn = () => this.#turn.held().length > 0;
    if (core.ports.peers !== undefined) core.direct = () => late.loadDirect();
    core.onFileLink = (...said) => {
      if (core.direct !== undefined) inBackground(core.direct().then((files) => files.hear(...said)));
    };
    core.onLink = (...said) => links.receive(...said);
    core.onSeen = (contact, isText) => {
      core.seenMs.set(contact, core.nowMs());
      links.seen(contact, isText);
      late.direct?.seen(contact);
      transfers.seen(contact);
    };
    core.onCall = async (...said) => (await late.loadCalls()).receive(...said);
    core.showCall = () => late.calls?.show();
    core.onMissing = async (...said) => (await late.loadGaps()).receive(...said);
    core.onWatched = () => inBackground(this.#watchGaps());
    core.onQueued = (contact) => this.outbox.wake(contact);
    core.onFile = (shelf) => transfers.wake(shelf);
    core.onReplaced = () => inBackground(this.goQuiet().then(() => startAgain(core)));
    core.onChange = (topics) => {
      if (RECOVERED_TOPICS.some((topic) => topics.has(topic))) this.#recovery.soon();
      if (topics.has(TOPIC.conversations)) inBackground(this.space.askOnce());
      if (ADDRESS_TOPICS.some((topic) => topics.has(topic))) {
        links.review();
        late.calls?.review();
        late.direct?.review();
        transfers.review();
      }
    };
    core.keepOpen = () => this.idleLock.hold();
    core.showStorage = () => this.space.show();
    core.onPhase = () => {
      inBackground(this.idleLock.begin());
      inBackground(this.space.begin());
    };
  }

  #buildLine(): Line {
    const core = this.#core;
    const { late, links, outbox, receipts, transfers } = this;
    return new Line(core, {
      prepare: () => announceDevice(core, this.#wantedPreKeys),
      ready: (ready) => publish(core, ready, this.#wantedPreKeys),
      envelope: async (envelope) => {
        await this.#take(envelope);
        links.taken(envelope.id);
      },
      drained: () => {
        outbox.open();
        transfers.open();
        links.start();
        if (core.records.allHeld(FILE).some(({ value }) => value.state === "offered")) {
          void core.direct?.().then((files) => files.start());
        }
        inBackground(this.#watchGaps());
        receipts.soon();
        this.#recovery.soon();
        this.#turn.start();
        this.#upkeep.start();
      },
      prekeys: (count) => this.#refill.run(count),
      down: () => {
        outbox.close();
        transfers.close();
        links.pause();
        late.gaps?.stop();
        this.#recovery.stop();
        this.#turn.stop();
        this.#upkeep.stop();
      },
      refused: (reason) => {
        // It may be a copy, or have been replaced: another device says the same numbers of the same sessions.
        links.stop();
        late.direct?.stop();
        if (reason === "unauthorized" && core.phase.phase === "open")
          core.setPhase({ phase: "signed-out", login: core.account.login });
      },
    });
  }

  /** From the mailbox or from a link: durable when it resolves. */
  async #take(envelope: Envelope, via?: Via): Promise<void> {
    await this.space.beforeEnvelope();
    if (this.space.isFull) throw new Error("this device is nearly full");
    await this.#stubborn.attempt(envelope, () => receive(this.#core, envelope, via));
    this.receipts.soon();
  }

  async #watchGaps(): Promise<void> {
    if (!this.#core.contacts().some(([, contact]) => isWatched(contact))) return;
    const watch = await this.late.loadGaps();
    if (this.outbox.isOpen) watch.start();
  }

  /** The answer to the first set says which cards are used: one of them may be how the blocked person came. */
  async #publishBlock(): Promise<void> {
    if ((await publishKeySet(this.#core)) === undefined) await publishBlocks(this.#core);
  }
}
