import type { MessageId } from "@tacit/shared/ids";
import { DAY_MS, MAX_TEXT_CHARACTERS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { CallView } from "@tacit/web/core/call-view";
import type { AddRefusal, Client } from "@tacit/web/core/client-api";
import type { Clock } from "@tacit/web/core/ports/clock";
import {
  type CardView,
  type Connection,
  type ContactDetails,
  type ContactId,
  DEFAULT_SETTINGS,
  type Mark,
  type Me,
  type MessageRow,
  type Phase,
  type Query,
  type RecoveryView,
  type Settings,
  type SignInView,
  type ValueOf,
  type Views,
} from "@tacit/web/core/views";
import { fakeCalls } from "./fake-calls.ts";
import { fakeContacts } from "./fake-contacts.ts";
import { card, type FakeContact, fakeCards, mine, person, RELAY, rowOf, tellStory, theirs } from "./fake-story.ts";

export type FakeOptions = {
  readonly clock: Clock;
  readonly phase?: Phase["phase"] | undefined;
  readonly connection?: Connection["state"] | undefined;
  /** The relay wants this invite code. */
  readonly invite?: string | undefined;
  /** By how much this device's clock is ahead. */
  readonly clockAheadMs?: number | undefined;
  /** The call that there is. */
  readonly call?: CallView | undefined;
  /** No conversations and no cards. */
  readonly isNew?: boolean | undefined;
};

/** A link that ends in one of these is of no use, for this very reason. */
const REFUSED_CARDS = [
  "newer",
  "forged",
  "expired",
  "other-relay",
  "used",
  "revoked",
  "unreachable",
  "budget",
] as const satisfies readonly AddRefusal[];

/** The password of the fake account. */
export const FAKE_PASSWORD = "correct horse";

/** A `Client` in memory: made-up people, no keys, no relay. For development and tests of screens. */
export function createFakeClient({
  clock,
  phase = "open",
  connection = "online",
  invite,
  isNew,
  clockAheadMs,
  call,
}: FakeOptions): Client {
  const watchers = new Set<() => void>();
  const people: FakeContact[] = isNew ? [] : tellStory(clock.nowMs());
  let cards: readonly CardView[] = isNew ? [] : fakeCards(clock.nowMs());
  let present: Phase = phase === "signed-out" ? { phase, login: "robin" } : { phase };
  let link: Connection = { state: connection, waiting: connection === "offline" ? 2 : 0, clockAheadMs };
  let settings: Settings = DEFAULT_SETTINGS;
  let me: Me = {
    name: "Robin",
    login: "robin",
    account: person("me", "", 0, {}).details.account,
    relay: RELAY,
    isKept: true,
    passkey: undefined,
  };
  let recovery: RecoveryView = { isConfirmed: false, savedAtMs: clock.nowMs(), isOlder: false, isBehind: false };
  const dayMs = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS;
  let signIns: readonly SignInView[] = [
    { id: "this", name: "Firefox · Linux", sinceDayMs: dayMs - 40 * DAY_MS, seenDayMs: dayMs, isThis: true },
    { id: "other", name: "Safari · iPhone", sinceDayMs: dayMs - 9 * DAY_MS, seenDayMs: dayMs - DAY_MS, isThis: false },
    { id: "old", name: "", sinceDayMs: dayMs - 90 * DAY_MS, seenDayMs: dayMs - 60 * DAY_MS, isThis: false },
  ];
  let isKept = false;
  const unreadFrom = new Map<ContactId, string>();
  let opened: ContactId | undefined;

  const changed = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const soon = (ms = 300) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const of = (contact: ContactId): FakeContact => {
    const found = people.find((one) => one.details.contact === contact);
    if (found === undefined) throw new Error("no such contact");
    return found;
  };
  const change = (contact: ContactId, changes: Partial<ContactDetails>) => {
    const found = of(contact);
    found.details = { ...found.details, ...changes };
    changed();
  };
  const add = (contact: ContactId, row: MessageRow) => {
    of(contact).rows.push(row);
    changed();
  };
  const setMark = (contact: ContactId, id: MessageId, mark: Mark) => {
    const found = of(contact);
    const atMs = clock.nowMs();
    found.rows = found.rows.map((row) =>
      row.kind === "text" && row.id === id
        ? { ...row, mark, failure: undefined, readAtMs: mark === "read" ? atMs : row.readAtMs }
        : row,
    );
    changed();
  };
  const deliver = async (contact: ContactId, id: MessageId) => {
    if (link.state !== "online" || of(contact).details.hold) return;
    for (const mark of ["sent", "delivered", "read"] as const) {
      await soon(500);
      setMark(contact, id, mark);
    }
    change(contact, { isTyping: true });
    await soon(1500);
    change(contact, { isTyping: false });
    add(contact, theirs("I see.", clock.nowMs()));
  };

  function lookUp(query: Query): Views[keyof Views]["value"] {
    switch (query.view) {
      case "phase":
        return present;
      case "connection":
        return link;
      case "me":
        return present.phase === "open" ? me : undefined;
      case "settings":
        return settings;
      case "cards":
        return cards;
      case "call":
        return showCall();
      case "recovery":
        return present.phase === "open" ? recovery : undefined;
      case "storage": {
        const isNearlyFull = connection === "full";
        return { isPersisted: isKept, usedBytes: 37e6, leftBytes: isNearlyFull ? 5e6 : 41e9, isNearlyFull };
      }
      case "conversations":
        return people.map((one) => rowOf(one, opened)).sort((a, b) => b.activeAtMs - a.activeAtMs);
      case "contact":
        return people.find((one) => one.details.contact === query.contact)?.details;
      case "messages": {
        const known = people.find((one) => one.details.contact === query.contact)?.rows ?? [];
        const end = known.findIndex(({ key }) => key === query.until);
        const all = end < 0 ? known : known.slice(0, end + 1);
        return {
          rows: all.slice(-query.limit),
          hasMore: all.length > query.limit,
          firstUnread: unreadFrom.get(query.contact),
        };
      }
    }
  }

  const { show: showCall, ...calls } = fakeCalls({
    nameOf: (contact) => of(contact).details.name,
    changed,
    soon,
    nowMs: () => clock.nowMs(),
    call,
  });

  return {
    ...calls,
    ...fakeContacts({ add, change, soon, nowMs: () => clock.nowMs() }),
    watch<Q extends Query>(query: Q, listener: (value: ValueOf<Q>) => void) {
      // `lookUp` answers each query with the value of its own view.
      const tell = () => listener(lookUp(query) as ValueOf<Q>);
      watchers.add(tell);
      tell();
      return () => void watchers.delete(tell);
    },

    async createAccount(account) {
      await soon();
      if (account.login === "taken") return refused("handle-taken");
      if (invite !== undefined && account.invite !== invite) return refused("invite");
      me = { ...me, name: account.name, login: account.login, isKept: account.keep };
      present = { phase: "open" };
      changed();
      return ok(undefined);
    },
    async unlock(password) {
      return open(password);
    },
    async lock() {
      present = { phase: "locked", passkey: me.passkey };
      changed();
    },
    async signIn(login, password) {
      if (present.phase === "empty") {
        await soon();
        return refused("no-keys");
      }
      return login === me.login ? open(password) : refused("wrong-password");
    },
    async signOut() {
      present = { phase: "signed-out", login: me.login };
      changed();
    },
    async eraseDevice() {
      people.length = 0;
      cards = [];
      settings = DEFAULT_SETTINGS;
      present = { phase: "empty" };
      changed();
    },
    async listSignIns() {
      await soon();
      return ok(signIns);
    },
    async endSignIns(id) {
      await soon();
      signIns = signIns.filter((one) => one.isThis || (id !== undefined && one.id !== id));
      return ok(undefined);
    },
    async recover({ password: given, words }) {
      await soon(800);
      if (given !== FAKE_PASSWORD) return refused("wrong-password");
      if (words.trim().split(/\s+/).length !== 12) return refused("malformed-words");
      return refused("no-vault");
    },
    async comeBackHere(given) {
      await soon(800);
      if (given !== FAKE_PASSWORD) return refused("wrong-password");
      link = { ...link, state: "online" };
      changed();
      return ok(undefined);
    },
    async recoveryWords() {
      return "legal winner thank year wave sausage worth useful legal winner thank yellow";
    },
    async confirmRecovery() {
      recovery = { ...recovery, isConfirmed: true };
      changed();
    },
    async changePassword(before, after) {
      await soon(800);
      if (before !== FAKE_PASSWORD) return refused("wrong-password");
      return after.length < 10 ? refused("password-short") : ok(undefined);
    },
    async deleteAccount(given) {
      await soon(800);
      return given === FAKE_PASSWORD ? ok(undefined) : refused("wrong-password");
    },
    async setKept(password, keep) {
      await soon();
      if (password !== FAKE_PASSWORD) return refused("wrong-password");
      me = { ...me, isKept: keep };
      changed();
      return ok(undefined);
    },
    async updateSettings(changes) {
      settings = { ...settings, ...changes };
      changed();
    },
    async noteActivity() {},
    async persistStorage() {
      isKept = true;
      changed();
      return true;
    },
    async checkPassword(password) {
      await soon();
      return password === FAKE_PASSWORD ? ok(undefined) : refused("wrong-password");
    },
    async setPasskey(password, passkey) {
      await soon();
      if (password !== FAKE_PASSWORD) return refused("wrong-password");
      me = { ...me, passkey: passkey?.lock };
      changed();
      return ok(undefined);
    },
    async unlockByPasskey() {
      await soon();
      present = { phase: "open" };
      changed();
      return ok(undefined);
    },
    async rename(name) {
      me = { ...me, name };
      changed();
    },

    async createCard({ label, isOnce, lastsMs }) {
      const expiresAtMs = lastsMs === undefined ? undefined : clock.nowMs() + lastsMs;
      const made = card(`card-${cards.length + 1}`, label, isOnce, clock.nowMs(), expiresAtMs, false);
      cards = [made, ...cards];
      changed();
      return made;
    },
    async revokeCard(id) {
      cards = cards.filter((one) => one.id !== id);
      changed();
    },
    async previewCard(text) {
      await soon();
      const refusal = REFUSED_CARDS.find((reason) => text.endsWith(`/${reason}`));
      if (refusal !== undefined) return refused(refusal);
      if (!text.includes("#/add/")) return refused("malformed");
      if (cards.some((one) => one.link === text)) return refused("own");
      return ok({ name: "Gita", relay: RELAY, isOnce: true, expiresAtMs: clock.nowMs() + 3 * DAY_MS });
    },
    async addContact(_link, by) {
      await soon();
      if (!people.some((one) => one.details.contact === "gita")) {
        people.push(
          person("gita", "Gita", clock.nowMs(), { status: "invited", origin: { by }, addedAtMs: clock.nowMs() }),
        );
      }
      changed();
      return ok("gita");
    },

    async sendText(contact, text, replyTo, id) {
      if (text.length > MAX_TEXT_CHARACTERS) return refused("too-long");
      const quoted = of(contact).rows.find((row) => row.kind === "text" && row.id === replyTo);
      const made = mine(text, clock.nowMs(), "waiting", quoted?.kind === "text" ? quoted : undefined);
      if (made.kind !== "text") throw new Error("a text is a text");
      const row = { ...made, id: id ?? made.id };
      unreadFrom.delete(contact);
      add(contact, row);
      void deliver(contact, row.id);
      return ok(row.id);
    },
    async sendFile(contact, { root: _, ...file }, caption) {
      const row = mine(caption, clock.nowMs(), "waiting");
      if (row.kind !== "text") throw new Error("a text is a text");
      const { thumbnail, width, height, durationMs, ...about } = file;
      const shown = { thumbnail, width, height, durationMs, root: file.id, progress: { state: "here" } as const };
      add(contact, { ...row, file: { ...about, ...shown } });
      void deliver(contact, row.id);
      return ok(row.id);
    },
    wayOfFile: async (bytes) => (bytes > 100 * 2 ** 20 ? "direct" : "relay"),
    async startFile() {},
    async pauseFile() {},
    async cancelFile() {},
    async retry(contact, message) {
      setMark(contact, message, "waiting");
      void deliver(contact, message);
    },
    async discard(contact, message) {
      const found = of(contact);
      found.rows = found.rows.filter((row) => row.kind !== "text" || row.id !== message);
      changed();
    },
    async saveDraft(contact, draft) {
      change(contact, { draft });
    },
    async setTyping() {},
    async openConversation(contact) {
      opened = contact;
      const found = of(contact);
      const first = found.unread > 0 ? found.rows.at(-found.unread) : undefined;
      if (first) unreadFrom.set(contact, first.key);
      else unreadFrom.delete(contact);
      found.unread = 0;
      changed();
    },
    async closeConversation() {
      opened = undefined;
    },
    async reconnect() {
      link = { ...link, state: "connecting" };
      changed();
      await soon(1200);
      link = { state: "online", waiting: 0, clockAheadMs: undefined };
      changed();
    },
  };

  async function open(password: string): Promise<Result<undefined, "wrong-password">> {
    await soon();
    if (password !== FAKE_PASSWORD) return refused("wrong-password");
    present = { phase: "open" };
    changed();
    return ok(undefined);
  }
}
