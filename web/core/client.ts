import type { MessageId } from "@tacit/shared/ids";
import { HOUR_MS, ONE_TIME_PREKEYS } from "@tacit/shared/limits";
import type { Result } from "@tacit/shared/result";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import { announceDevice } from "./announcing.ts";
import type { Calls } from "./calls/calls.ts";
import { createCard, endCards, previewCard, revokeCard } from "./cards.ts";
import { changePassword } from "./changing-password.ts";
import type { Client, NewAccount } from "./client-api.ts";
import { ClockCheck } from "./clock-check.ts";
import * as contacts from "./contacts.ts";
import { Core } from "./core.ts";
import type { DirectFiles } from "./direct/direct-files.ts";
import { erase } from "./erasing.ts";
import { markExpired } from "./expiring.ts";
import { sweepShelf } from "./files/orphans.ts";
import { Progress } from "./files/progress.ts";
import { Transfers } from "./files/transfers.ts";
import type { GapWatch } from "./gaps.ts";
import { IdleLock } from "./idle-lock.ts";
import { FILE } from "./kinds.ts";
import { Line } from "./line.ts";
import { mayBeDirect } from "./links/allowed.ts";
import { Links } from "./links/links.ts";
import { LiveLane } from "./live.ts";
import { healFirstContacts, prune } from "./maintenance.ts";
import { Outbox } from "./outbox.ts";
import { confirmRecovery, rename, updateSettings } from "./own-account.ts";
import { checkPassword, setPasskey, unlockByPasskey } from "./passkeys.ts";
import { hasOpenGap } from "./places.ts";
import type { Ports } from "./ports.ts";
import { publish, publishBlocks, publishKeySet, publishList, publishPreKeys } from "./publishing.ts";
import { closeConversation, openConversation } from "./reading.ts";
import { Receipts } from "./receipts.ts";
import { receive, type Via } from "./receive.ts";
import { RecoveryKeeper } from "./recovery-vault.ts";
import { Refill } from "./refill.ts";
import { checkScannedNumber, confirmDigits, safetyNumber } from "./safety-numbers.ts";
import { retry, saveDraft, sendText, TypingNotes } from "./send.ts";
import { read, topicsOf } from "./show.ts";
import { forgetToken, lock, setKept, signIn, startAgain, unlock, wakeUp } from "./signing-in.ts";
import { SpaceWatch } from "./space-watch.ts";
import { Stubborn } from "./stubborn.ts";
import { TurnServers } from "./turn-servers.ts";
import type { Query, ValueOf } from "./views.ts";
import { TOPIC } from "./watching.ts";

/** What changes with these may be in the recovery vault. */
const RECOVERED_TOPICS = [TOPIC.conversations, TOPIC.cards, TOPIC.me, TOPIC.settings];
/** With these may change who may learn our address. */
const ADDRESS_TOPICS = [TOPIC.conversations, TOPIC.settings];
const MAINTENANCE_EVERY_MS = 6 * HOUR_MS;

/** What happens once in the life of an account, now and then, or never: a page that only talks does not load it. */
const seldom = {
  calls: () => import("./calls/calls.ts"),
  registering: () => import("./registering.ts"),
  recovering: () => import("./recovering.ts"),
  comingBackHere: () => import("./coming-back-here.ts"),
  deleting: () => import("./deleting.ts"),
  sending: () => import("./files/sending-file.ts"),
  offering: () => import("./files/offering.ts"),
  directFiles: () => import("./direct/direct-files.ts"),
  signIns: () => import("./sign-ins.ts"),
  gaps: () => import("./gaps.ts"),
};

export type ClientOptions = {
  /** One-time prekeys of each kind that the relay is kept supplied with. */
  readonly oneTimePreKeys?: number | undefined;
};

/** A client in this process. `close` ends its connections and leaves everything as it is on the device. */
export type LocalClient = Client & { close(): Promise<void> };

/**
 * The messenger without a screen. It opens what the store holds as far as that opens without a person, and connects.
 * One store has one client at a time: whoever makes a second one has to hold a lock.
 */
export async function createClient(outside: Ports, options: ClientOptions = {}): Promise<LocalClient> {
  const wantedPreKeys = options.oneTimePreKeys ?? ONE_TIME_PREKEYS;
  const core = new Core(outside);
  const { ports } = core;
  const outbox = new Outbox(core);
  const receipts = new Receipts(core, outbox);
  const typing = new TypingNotes(core, outbox);
  const stubborn = new Stubborn(core);
  const progress = new Progress(core);
  const transfers = new Transfers(core, progress);
  const turn = new TurnServers(core);
  const live = new LiveLane(core, outbox);
  const links = new Links(core, live, turn, {
    take,
    changed: (contact) => outbox.wake(contact),
  });
  let meeting: Promise<DirectFiles> | undefined;
  let direct: DirectFiles | undefined;
  if (ports.peers !== undefined) {
    core.direct = () => {
      meeting ??= seldom.directFiles().then(({ DirectFiles }) => {
        direct = new DirectFiles(core, live, turn, progress, {
          wake: (shelf) => transfers.wake(shelf),
          stop: (shelf) => transfers.stop(shelf),
        });
        return direct;
      });
      return meeting;
    };
  }
  core.hasTurn = () => turn.held().length > 0;
  core.onFileLink = (...said) => void core.direct?.().then((files) => files.hear(...said));
  core.carrier = links;
  core.onLink = (...said) => links.receive(...said);
  core.onSeen = (contact, isText) => {
    core.seenMs.set(contact, core.nowMs());
    links.seen(contact, isText);
    direct?.seen(contact);
    transfers.seen(contact);
  };
  /** From the first call on that is placed or heard of. */
  let calls: Calls | undefined;
  let cancelMaintenance: (() => void) | undefined;
  /** From the first message on that is missed, here or by somebody. */
  let gaps: GapWatch | undefined;

  const refill = new Refill(core, wantedPreKeys);
  const recovery = new RecoveryKeeper(core, () => outbox.isOpen);
  core.onCall = async (...said) => (await loadCalls()).receive(...said);
  core.showCall = () => calls?.show();
  core.onMissing = async (...said) => (await loadGaps()).receive(...said);
  core.onGap = () => inBackground(watchGaps());
  core.onQueued = (contact) => outbox.wake(contact);
  core.onFile = (shelf) => transfers.wake(shelf);
  core.onReplaced = () => inBackground(goQuiet().then(() => startAgain(core)));
  core.onChange = (topics) => {
    if (RECOVERED_TOPICS.some((topic) => topics.has(topic))) recovery.soon();
    if (topics.has(TOPIC.conversations)) inBackground(space.askOnce());
    if (ADDRESS_TOPICS.some((topic) => topics.has(topic))) {
      links.review();
      calls?.review();
      direct?.review();
      transfers.review();
    }
  };

  const clockCheck = new ClockCheck(core, () => {
    if (!outbox.isOpen) return;
    outbox.open();
    void maintain(true);
  });

  const line = new Line(core, {
    prepare: () => announceDevice(core, wantedPreKeys),
    ready: (ready) => publish(core, ready, wantedPreKeys),
    async envelope(envelope) {
      await take(envelope);
      links.taken(envelope.id);
    },
    drained() {
      outbox.open();
      transfers.open();
      links.start();
      if (core.records.allHeld(FILE).some(({ value }) => value.state === "offered")) {
        void core.direct?.().then((files) => files.start());
      }
      inBackground(watchGaps());
      receipts.soon();
      recovery.soon();
      turn.start();
      clockCheck.start();
      void maintain(true);
    },
    prekeys: (count) => refill.run(count),
    down() {
      outbox.close();
      transfers.close();
      links.pause();
      gaps?.stop();
      recovery.stop();
      turn.stop();
      clockCheck.stop();
      cancelMaintenance?.();
      cancelMaintenance = undefined;
    },
    refused(reason) {
      if (reason === "unauthorized" && core.phase.phase === "open")
        core.setPhase({ phase: "signed-out", login: core.account.login });
    },
  });

  async function loadCalls(): Promise<Calls> {
    const loaded = await seldom.calls();
    calls ??= new loaded.Calls(core, live, {
      servers: () => turn.now(),
      routing: (contact) => (mayBeDirect(core, core.contact(contact)) ? "direct" : "relayed"),
    });
    return calls;
  }

  async function loadGaps(): Promise<GapWatch> {
    const loaded = await seldom.gaps();
    gaps ??= new loaded.GapWatch(core);
    return gaps;
  }

  async function watchGaps(): Promise<void> {
    if (!core.contacts().some(([, contact]) => hasOpenGap(contact))) return;
    const watch = await loadGaps();
    if (outbox.isOpen) watch.start();
  }

  /** `isTimeKnown`: the relay has just said its time. */
  async function maintain(isTimeKnown: boolean): Promise<void> {
    cancelMaintenance?.();
    cancelMaintenance = ports.clock.after(MAINTENANCE_EVERY_MS, () => inBackground(clockCheck.ask().then(maintain)));
    inBackground(
      (async () => {
        await prune(core);
        await publishList(core);
        // Only what is due by its age; the relay itself says when one-time prekeys run low.
        await publishPreKeys(core, { oneTime: wantedPreKeys, kyber: wantedPreKeys }, wantedPreKeys);
        for (const contact of await healFirstContacts(core)) outbox.wake(contact);
        if (isTimeKnown) await markExpired(core);
        if (await endCards(core)) await publishKeySet(core);
        await sweepShelf(core);
      })(),
    );
  }

  /** Tells the relay about changed keys now if it can be reached; the next connection does it otherwise. */
  function publishKeys(): void {
    if (outbox.isOpen) inBackground(publishKeySet(core));
  }

  /** The answer to the first set says which cards are used: one of them may be how the blocked person came. */
  async function publishBlock(): Promise<void> {
    if ((await publishKeySet(core)) === undefined) await publishBlocks(core);
  }

  function startIfOpen(): void {
    if (core.phase.phase !== "open") return;
    if (space.isFull) {
      line.stop();
      core.setConnection("full");
    } else line.start();
  }

  /** From the mailbox or from a link: durable when it resolves. */
  async function take(envelope: Envelope, via?: Via): Promise<void> {
    await space.beforeEnvelope();
    if (space.isFull) throw new Error("this device is nearly full");
    await stubborn.attempt(envelope, () => receive(core, envelope, via));
    receipts.soon();
  }

  async function goQuiet(): Promise<void> {
    calls?.stop();
    links.stop();
    direct?.stop();
    receipts.stop();
    line.stop();
    await transfers.halt();
    await core.idle();
  }

  async function lockQuietly(): Promise<void> {
    await goQuiet();
    await lock(core);
  }

  const idleLock = new IdleLock(core, lockQuietly);
  core.keepOpen = () => idleLock.hold();
  const space = new SpaceWatch(core, startIfOpen);
  core.showStorage = () => space.show();
  core.onPhase = () => {
    inBackground(idleLock.begin());
    inBackground(space.begin());
  };

  await wakeUp(core);
  await space.begin();
  startIfOpen();

  return {
    watch<Q extends Query>(query: Q, listener: (value: ValueOf<Q>) => void): () => void {
      // `read` answers each query with the value that belongs to it.
      return core.watching.watch<Q>(topicsOf(query), () => read(core, query) as Promise<ValueOf<Q>>, listener);
    },

    async createAccount(account: NewAccount) {
      const { register } = await seldom.registering();
      const made = await register(core, account, wantedPreKeys);
      if (made.ok) {
        core.setPhase({ phase: "open" });
        startIfOpen();
      }
      return made;
    },
    async unlock(password) {
      const unlocked = await unlock(core, password);
      startIfOpen();
      return unlocked;
    },
    async unlockByPasskey(secret) {
      const unlocked = await unlockByPasskey(core, secret);
      startIfOpen();
      return unlocked;
    },
    checkPassword: (password) => checkPassword(core, password),
    async setPasskey(password, passkey) {
      const set = await setPasskey(core, password, passkey);
      core.touch(TOPIC.me);
      return set;
    },
    lock: lockQuietly,
    async signIn(login, password) {
      const signedIn = await signIn(core, login, password);
      startIfOpen();
      return signedIn;
    },
    async signOut() {
      await goQuiet();
      await forgetToken(core);
      await lock(core);
    },
    noteActivity: async () => idleLock.active(),
    async listSignIns() {
      const { listSignIns } = await seldom.signIns();
      return listSignIns(core);
    },
    async endSignIns(id) {
      const { endSignIns } = await seldom.signIns();
      return endSignIns(core, id);
    },
    async recover(account) {
      const { recover } = await seldom.recovering();
      const recovered = await recover(core, account);
      startIfOpen();
      return recovered;
    },
    async comeBackHere(password) {
      const { comeBackHere } = await seldom.comingBackHere();
      const back = await comeBackHere(core, password);
      startIfOpen();
      return back;
    },
    recoveryWords: () => ports.keyholder.recoveryWords(),
    confirmRecovery: () => confirmRecovery(core),
    changePassword: (before, after) => changePassword(core, before, after),
    async deleteAccount(password) {
      const { deleteAccount } = await seldom.deleting();
      return deleteAccount(core, password, goQuiet);
    },
    async eraseDevice() {
      await goQuiet();
      await erase(core);
    },
    async setKept(password, keep) {
      const set = await setKept(core, password, keep);
      core.touch(TOPIC.me);
      await idleLock.begin();
      return set;
    },
    persistStorage: () => space.persist(),
    updateSettings: (changes) => updateSettings(core, changes),
    rename: (name) => rename(core, outbox, name),

    async createCard(card) {
      const created = await createCard(core, card);
      publishKeys();
      return created;
    },
    async revokeCard(card) {
      await revokeCard(core, card);
      publishKeys();
    },
    previewCard: async (link) => previewCard(link, core.clocks.earliestMs()),
    async addContact(link, by) {
      const added = await contacts.addContact(core, outbox, link, by);
      publishKeys();
      return added;
    },

    async accept(contact) {
      await contacts.accept(core, outbox, contact);
      receipts.soon();
    },
    ignore: (contact) => contacts.ignore(core, contact),
    async block(contact) {
      calls?.leave(contact);
      await contacts.block(core, contact);
      if (outbox.isOpen) inBackground(publishBlock());
    },
    async unblock(contact) {
      await contacts.unblock(core, outbox, contact);
      publishKeys();
    },
    setDirect: (contact, choice) => contacts.setDirect(core, contact, choice),
    renameContact: (contact, name) => contacts.renameContact(core, contact, name),
    safetyNumber: (contact) => safetyNumber(core, contact),
    checkScannedNumber: (contact, scanned) => checkScannedNumber(core, contact, scanned),
    confirmDigits: (contact, digits) => confirmDigits(core, contact, digits),
    setVerified: (contact, isVerified) => contacts.setVerified(core, contact, isVerified),
    tryAgain: (contact) => contacts.tryAgain(core, outbox, contact),
    async acceptNewKey(contact) {
      await contacts.acceptNewKey(core, contact);
    },

    sendText(contact, text, replyTo, id): Promise<Result<MessageId, "too-long">> {
      links.sent(contact);
      return sendText(core, outbox, contact, text, replyTo, id);
    },
    async sendFile(contact, file, caption, replyTo) {
      links.sent(contact);
      const { sendFile } = await seldom.sending();
      return sendFile(core, transfers, contact, file, caption, replyTo);
    },
    async wayOfFile(bytes) {
      const { wayOfFile } = await seldom.offering();
      return wayOfFile(core, bytes);
    },
    startFile: async (shelf) => (await seldom.sending()).startFile(core, transfers, shelf),
    pauseFile: async (shelf) => (await seldom.sending()).pauseFile(core, transfers, shelf),
    cancelFile: async (shelf) => (await seldom.sending()).cancelFile(core, transfers, shelf),
    retry: (contact, message) => retry(core, outbox, contact, message),
    discard: (contact, message) => contacts.discard(core, contact, message),
    saveDraft: (contact, text) => saveDraft(core, contact, text),
    setTyping: (contact, isTyping) => typing.set(contact, isTyping),
    async openConversation(contact) {
      await openConversation(core, contact);
      links.want(contact);
      receipts.soon();
    },
    closeConversation: async (contact) => closeConversation(core, contact),
    startCall: async (contact, isVideo) => (await loadCalls()).start(contact, isVideo),
    acceptCall: async (isVideo) => calls?.accept(isVideo),
    declineCall: async () => calls?.act({ event: "decline" }),
    hangUp: async () => calls?.act({ event: "hang-up" }),
    setSending: async (sources) => calls?.set(sources),
    renewCapture: async (source) => calls?.act({ event: "renew", source }),
    confirmCallCode: async (isSame) => calls?.act({ event: "confirm", isSame }),
    dismissCall: async () => calls?.act({ event: "dismiss" }),
    async reconnect() {
      line.hurry();
      calls?.networkChanged();
      links.networkChanged();
      direct?.networkChanged();
      if (core.clocks.aheadMs !== undefined) await clockCheck.ask();
    },

    async close() {
      idleLock.end();
      space.end();
      await goQuiet();
      ports.relay.close();
      await ports.keyholder.lock();
      await ports.store.close();
    },
  };
}

/** What fails here is made up for at the next connection: the state that asks for it is durable. */
function inBackground(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
