import type { MessageId } from "@tacit/shared/ids";
import { ONE_TIME_PREKEYS } from "@tacit/shared/limits";
import type { Result } from "@tacit/shared/result";
import { createCard, previewCard, revokeCard } from "./cards.ts";
import type { Client, NewAccount } from "./client-api.ts";
import * as contacts from "./contacts.ts";
import { Core } from "./core.ts";
import { Engine } from "./engine.ts";
import { erase } from "./erasing.ts";
import { Exclusive } from "./exclusive.ts";
import { confirmRecovery, rename, updateSettings } from "./own-account.ts";
import type { Ports } from "./ports.ts";
import { closeConversation, openConversation } from "./reading.ts";
import { retry, saveDraft, sendText, TypingNotes } from "./send.ts";
import { read, topicsOf } from "./show.ts";
import { forgetToken, lock, setKept, signIn, unlock, wakeUp } from "./signing-in.ts";
import type { Query, ValueOf } from "./views.ts";
import { TOPIC } from "./watching.ts";

/** What happens once in the life of an account, now and then, or never: a page that only talks does not load it. */
const seldom = {
  registering: () => import("./registering.ts"),
  recovering: () => import("./recovering.ts"),
  comingBackHere: () => import("./coming-back-here.ts"),
  changingPassword: () => import("./changing-password.ts"),
  deleting: () => import("./deleting.ts"),
  passkeys: () => import("./passkeys.ts"),
  safetyNumbers: () => import("./safety-numbers.ts"),
  sending: () => import("./files/sending-file.ts"),
  offering: () => import("./files/offering.ts"),
  signIns: () => import("./sign-ins.ts"),
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
  const engine = new Engine(core, wantedPreKeys);
  const { outbox } = engine;
  const typing = new TypingNotes(core, outbox);
  /** What is of several steps and makes an account, its keys or its password another: two tabs may want it at once. */
  const account = new Exclusive();

  await wakeUp(core);
  await engine.begin();

  return {
    watch<Q extends Query>(query: Q, listener: (value: ValueOf<Q>) => void): () => void {
      // `read` answers each query with the value that belongs to it.
      return core.watching.watch<Q>(topicsOf(query), () => read(core, query) as Promise<ValueOf<Q>>, listener);
    },

    createAccount: (wanted: NewAccount) =>
      account.run(async () => {
        const { register } = await seldom.registering();
        const made = await register(core, wanted, wantedPreKeys);
        if (made.ok) {
          core.setPhase({ phase: "open" });
          engine.startIfOpen();
        }
        return made;
      }),
    async unlock(password) {
      const unlocked = await unlock(core, password);
      engine.startIfOpen();
      return unlocked;
    },
    async unlockByPasskey(secret) {
      const { unlockByPasskey } = await seldom.passkeys();
      const unlocked = await unlockByPasskey(core, secret);
      engine.startIfOpen();
      return unlocked;
    },
    checkPassword: async (password) => (await seldom.passkeys()).checkPassword(core, password),
    async setPasskey(password, passkey) {
      const { setPasskey } = await seldom.passkeys();
      const set = await account.run(() => setPasskey(core, password, passkey));
      core.touch(TOPIC.me);
      return set;
    },
    lock: () => engine.lock(),
    async signIn(login, password) {
      const signedIn = await signIn(core, login, password);
      engine.startIfOpen();
      return signedIn;
    },
    async signOut() {
      await engine.goQuiet();
      await forgetToken(core);
      await lock(core);
    },
    noteActivity: async () => engine.idleLock.active(),
    async listSignIns() {
      const { listSignIns } = await seldom.signIns();
      return listSignIns(core);
    },
    async endSignIns(id) {
      const { endSignIns } = await seldom.signIns();
      return endSignIns(core, id);
    },
    async recover(wanted) {
      const { recover } = await seldom.recovering();
      const recovered = await account.run(() => recover(core, wanted));
      engine.startIfOpen();
      return recovered;
    },
    async comeBackHere(password) {
      const { comeBackHere } = await seldom.comingBackHere();
      const back = await account.run(() => comeBackHere(core, password));
      engine.startIfOpen();
      return back;
    },
    recoveryWords: () => ports.keyholder.recoveryWords(),
    confirmRecovery: () => confirmRecovery(core),
    async changePassword(before, after) {
      const { changePassword } = await seldom.changingPassword();
      return account.run(() => changePassword(core, before, after));
    },
    async deleteAccount(password) {
      const { deleteAccount } = await seldom.deleting();
      return account.run(() => deleteAccount(core, password, () => engine.goQuiet()));
    },
    async eraseDevice() {
      await engine.goQuiet();
      await erase(core);
    },
    async setKept(password, keep) {
      const set = await account.run(() => setKept(core, password, keep));
      core.touch(TOPIC.me);
      await engine.idleLock.begin();
      return set;
    },
    persistStorage: () => engine.space.persist(),
    updateSettings: (changes) => updateSettings(core, changes),
    rename: (name) => rename(core, outbox, name),

    async createCard(card) {
      const created = await createCard(core, card);
      engine.publishKeys();
      return created;
    },
    async revokeCard(card) {
      await revokeCard(core, card);
      engine.publishKeys();
    },
    previewCard: async (link) => previewCard(link, core.clocks.earliestMs()),
    async addContact(link, by) {
      const added = await contacts.addContact(core, outbox, link, by);
      engine.publishKeys();
      return added;
    },

    async accept(contact) {
      await contacts.accept(core, outbox, contact);
      engine.receipts.soon();
    },
    ignore: (contact) => contacts.ignore(core, contact),
    async block(contact) {
      engine.late.calls?.leave(contact);
      await contacts.block(core, contact);
      engine.publishBlock();
    },
    async unblock(contact) {
      await contacts.unblock(core, outbox, contact);
      engine.publishKeys();
    },
    setDirect: (contact, choice) => contacts.setDirect(core, contact, choice),
    renameContact: (contact, name) => contacts.renameContact(core, contact, name),
    safetyNumber: async (contact) => (await seldom.safetyNumbers()).safetyNumber(core, contact),
    checkScannedNumber: async (contact, scanned) =>
      (await seldom.safetyNumbers()).checkScannedNumber(core, contact, scanned),
    confirmDigits: async (contact, digits) => (await seldom.safetyNumbers()).confirmDigits(core, contact, digits),
    setVerified: (contact, isVerified) => contacts.setVerified(core, contact, isVerified),
    tryAgain: (contact) => contacts.tryAgain(core, outbox, contact),
    async acceptNewKey(contact) {
      await contacts.acceptNewKey(core, contact);
    },

    sendText(contact, text, replyTo, id): Promise<Result<MessageId, "too-long">> {
      engine.links.sent(contact);
      return sendText(core, outbox, contact, text, replyTo, id);
    },
    async sendFile(contact, file, caption, replyTo) {
      engine.links.sent(contact);
      const { sendFile } = await seldom.sending();
      return sendFile(core, engine.transfers, contact, file, caption, replyTo);
    },
    async wayOfFile(bytes) {
      const { wayOfFile } = await seldom.offering();
      return wayOfFile(core, bytes);
    },
    startFile: async (shelf) => (await seldom.sending()).startFile(core, engine.transfers, shelf),
    pauseFile: async (shelf) => (await seldom.sending()).pauseFile(core, engine.transfers, shelf),
    cancelFile: async (shelf) => (await seldom.sending()).cancelFile(core, engine.transfers, shelf),
    retry: (contact, message) => retry(core, outbox, contact, message),
    discard: (contact, message) => contacts.discard(core, contact, message),
    saveDraft: (contact, text) => saveDraft(core, contact, text),
    setTyping: (contact, isTyping) => typing.set(contact, isTyping),
    async openConversation(contact) {
      await openConversation(core, contact);
      engine.links.want(contact);
      engine.receipts.soon();
    },
    closeConversation: async (contact) => closeConversation(core, contact),
    startCall: async (contact, isVideo) => (await engine.late.loadCalls()).start(contact, isVideo),
    acceptCall: async (isVideo) => engine.late.calls?.accept(isVideo),
    declineCall: async () => engine.late.calls?.act({ event: "decline" }),
    hangUp: async () => engine.late.calls?.act({ event: "hang-up" }),
    setSending: async (sources) => engine.late.calls?.set(sources),
    renewCapture: async (source) => engine.late.calls?.act({ event: "renew", source }),
    confirmCallCode: async (isSame) => engine.late.calls?.act({ event: "confirm", isSame }),
    dismissCall: async () => engine.late.calls?.act({ event: "dismiss" }),
    reconnect: () => engine.reconnect(),

    async close() {
      await engine.end();
      ports.relay.close();
      await ports.keyholder.lock();
      await ports.store.close();
    },
  };
}
