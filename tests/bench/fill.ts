// Runs in a page of the relay's origin, while no tab of the messenger is open: filled-profile.ts puts it there.

import { accountIdOf } from "@tacit/crypto/verify";
import { concat } from "@tacit/shared/bytes";
import type { RelayOrigin } from "@tacit/shared/ids";
import { MINUTE_MS } from "@tacit/shared/limits";
import { dexieStore } from "@tacit/web/adapters/dexie-store";
import { nodePorts } from "@tacit/web/adapters/node-ports";
import { addMessage, nameOfText, putContact, toLast } from "@tacit/web/core/conversations";
import { Core } from "@tacit/web/core/core";
import { takeKey } from "@tacit/web/core/key-pool";
import type { Contact, TextMessage } from "@tacit/web/core/kinds";
import { KEY_POOL, META } from "@tacit/web/core/meta-kinds";
import { unlock } from "@tacit/web/core/signing-in";
import type { ContactId } from "@tacit/web/core/views";

export type Filling = {
  readonly password: string;
  /** The contact that is there already, and gets `messages - (conversations - 1) * each` of them. */
  readonly friend: string;
  readonly conversations: number;
  readonly messages: number;
  /** Of every other conversation. */
  readonly each: number;
};

const PER_COMMIT = 500;
const WORDS = "it was late and the rain had not let up since we left the harbour so everybody stayed inside".split(" ");

/** Writes people and messages into the store of this browser, through the core, as it writes what is said. */
async function fill({ password, friend, conversations, messages, each }: Filling): Promise<void> {
  const core = new Core(nodePorts({ relay: location.origin as RelayOrigin, store: dexieStore("tacit") }));
  if (!(await unlock(core, password)).ok) throw new Error("the password is wrong");
  const known = core.contacts().find(([, { ownName }]) => ownName === friend);
  if (known === undefined) throw new Error(`${friend} is no contact`);
  const others = await addPeople(core, conversations - 1);
  const turns = inTurns(known[0], others, messages, each);
  const firstMs = core.nowMs() - messages * MINUTE_MS;
  const counts = new Map<ContactId, number>();
  const lasts = new Map<ContactId, TextMessage>();

  for (let start = 0; start < messages; start += PER_COMMIT) {
    await core.change(async (work) => {
      for (const [at, contact] of turns.slice(start, start + PER_COMMIT).entries()) {
        const number = (counts.get(contact) ?? 0) + 1;
        counts.set(contact, number);
        const isMine = (number >> 1) % 2 === 0;
        const message: TextMessage = {
          kind: "text",
          id: core.newMessageId(),
          isMine,
          text: textOf(number),
          atMs: firstMs + (start + at) * MINUTE_MS,
          mark: isMine ? "read" : undefined,
          path: "relay",
        };
        lasts.set(contact, message);
        await addMessage(core, work, contact, nameOfText(isMine ? "me" : "them", message.id), message);
      }
    });
  }
  await core.change(async (work) => {
    for (const [id, contact] of core.contacts()) {
      const last = lasts.get(id);
      if (last !== undefined) putContact(work, id, { ...contact, last: toLast(last), activeAtMs: last.atMs });
    }
  });
  await core.ports.store.close();
}

/** Whose each message is, all conversations at once, as it happens: each of the others now and then, the friend between. */
function inTurns(
  friend: ContactId,
  others: readonly ContactId[],
  messages: number,
  each: number,
): readonly ContactId[] {
  const between = Math.floor(messages / (others.length * each)) - 1;
  const round = others.flatMap((other) => [...Array<ContactId>(between).fill(friend), other]);
  const rounds = Array.from({ length: each }, () => round).flat();
  return [...Array<ContactId>(messages - rounds.length).fill(friend), ...rounds];
}

/** Contacts as they are once both have accepted, but for a key to post to them with: nothing leaves for nobody. */
async function addPeople(core: Core, count: number): Promise<readonly ContactId[]> {
  const { random } = core.ports;
  const ids = Array.from({ length: count }, () => core.newId());
  await core.change(async (work) => {
    for (const [at, id] of ids.entries()) {
      const pool = await work.get(KEY_POOL, META.keyPool);
      if (pool === undefined) throw new Error("the client is not open");
      const taken = takeKey(pool, "contact", id, random);
      work.put(KEY_POOL, META.keyPool, taken.pool);
      const identityKey = concat(Uint8Array.of(5), random(32));
      const contact: Contact = {
        account: accountIdOf(identityKey),
        relay: core.account.relay,
        identityKey,
        ownName: `Person ${at + 1}`,
        status: "accepted",
        origin: { by: "link" },
        addedAtMs: core.nowMs(),
        ourKey: taken.key,
        isIntroduced: true,
        needsSession: false,
        unread: 0,
        owed: { delivered: [], read: [] },
        activeAtMs: core.nowMs(),
      };
      putContact(work, id, contact);
    }
  });
  return ids;
}

/** "No. 17", and between 3 and 60 words: 110 characters on average. */
function textOf(number: number): string {
  const count = number % 10 === 0 ? 60 : 3 + ((number * 7) % 29);
  const words = Array.from({ length: count }, (_, at) => WORDS[(number * 5 + at * 3) % WORDS.length]);
  return `No. ${number}: ${words.join(" ")}.`;
}

Object.assign(globalThis, { fill });
