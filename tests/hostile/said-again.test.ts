import { toHex } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKey, DeviceId, EnvelopeId, MessageId, RelayOrigin } from "@tacit/shared/ids";
import { DAY_MS, SEEN_TTL_MS } from "@tacit/shared/limits";
import type { Content } from "@tacit/shared/wire/content";
import { nodePorts } from "@tacit/web/adapters/node-ports";
import { getContact, putContact } from "@tacit/web/core/conversations";
import { Core } from "@tacit/web/core/core";
import { type Contact, JOB, MESSAGE, SENT } from "@tacit/web/core/kinds";
import { prune } from "@tacit/web/core/maintenance";
import { receiveNewer, receiveText } from "@tacit/web/core/receive-message";
import { receiveResend } from "@tacit/web/core/receive-resend";
import { recordUnreadable } from "@tacit/web/core/receive-unreadable";
import { UNSEEN_ANSWERS } from "@tacit/web/core/unseen-answers";
import type { ContactId } from "@tacit/web/core/views";
import type { Work } from "@tacit/web/core/work";
import { expect, test } from "vitest";
import { FakeClock } from "../scenarios/fake-clock.ts";
import { seededRandom } from "../scenarios/seeded-random.ts";

const START_MS = Date.UTC(2026, 10, 21);
const { atOnce, everyMs } = UNSEEN_ANSWERS.each;

type Heard = Parameters<typeof receiveText>[2];

/** A device that has accepted one contact, and no relay. */
class Alone {
  readonly clock = new FakeClock(START_MS);
  readonly core: Core;
  readonly mallory: ContactId;
  readonly account = "0f0e0d0c-0b0a-8908-8706-050403020100" as AccountId;

  private constructor() {
    const relay = "http://127.0.0.1:1" as RelayOrigin;
    this.core = new Core(nodePorts({ relay, clock: this.clock, random: seededRandom("said again") }));
    this.mallory = this.core.newId() as ContactId;
  }

  static async create(): Promise<Alone> {
    const alone = new Alone();
    const { core, account } = alone;
    await core.ports.keyholder.createVault("a long password", true);
    const contact: Contact = {
      ...{ account, relay: "http://127.0.0.1:1" as RelayOrigin, identityKey: new Uint8Array(33), ownName: "Mallory" },
      ...{ status: "accepted", origin: { by: "link" }, addedAtMs: START_MS, activeAtMs: START_MS, unread: 0 },
      ...{ ourKey: new Uint8Array(32) as DeliveryKey, isIntroduced: true, needsSession: false, theirRuns: [] },
      owed: { delivered: [], read: [] },
    };
    await core.change(async (work) => putContact(work, alone.mallory, contact));
    return alone;
  }

  hear(action: (work: Work, received: Heard) => Promise<unknown>): Promise<unknown> {
    return this.core.change((work) => action(work, this.#received()));
  }

  /** What was to be said has been said. Answers how much it was. */
  async leave(): Promise<number> {
    return this.core.change(async (work) => {
      const contact = await getContact(work, this.mallory);
      const jobs = await work.list(JOB, {});
      for (const { id } of jobs) work.remove(JOB.table, id);
      putContact(work, this.mallory, { ...contact, owed: { delivered: [], read: [] } });
      return jobs.length + contact.owed.delivered.length;
    });
  }

  #received(): Heard {
    const envelope = {
      id: this.core.ports.random(16) as EnvelopeId,
      lane: "durable",
      sealed: new Uint8Array(1),
    } as const;
    return { contactId: this.mallory, device: 1 as DeviceId, envelope, path: "relay" } as const;
  }
}

function content(nowMs: number): Content {
  const list = { counter: 1, hash: new Uint8Array(32) };
  return { id: "A".repeat(22) as MessageId, sentAtMs: nowMs, list, body: { type: "text", text: "once" } };
}

const WAYS = {
  text: ({ core, clock }: Alone, work: Work, received: Heard) =>
    receiveText(core, work, received, content(clock.nowMs()), { text: "once" }),
  "something newer": ({ core, clock }: Alone, work: Work, received: Heard) => {
    const { id, sentAtMs, list } = content(clock.nowMs());
    const newer = { id, sentAtMs, list, body: { type: "newer" }, kept: new Uint8Array(1) } as const;
    return receiveNewer(core, work, received, newer);
  },
} as const;

test.each(["text", "something newer"] as const)(
  "AR-10: %s that is said again when its id is forgotten is there once, and stops nobody's mailbox",
  async (what) => {
    const alone = await Alone.create();
    const { core, clock, mallory } = alone;
    await alone.hear(async (work, received) => WAYS[what](alone, work, received));
    clock.advance(SEEN_TTL_MS + 2 * DAY_MS);
    await prune(core);

    await alone.hear(async (work, received) => WAYS[what](alone, work, received));

    expect(await core.records.list(MESSAGE, { index: await core.conversationIndex(mallory) })).toHaveLength(1);
  },
);

const ASKS = {
  "says again what was there before": async (alone: Alone) => {
    await alone.hear(async (work, received) => WAYS.text(alone, work, received));
  },
  "asks for what came before once more": async (alone: Alone) => {
    const { core, account, mallory } = alone;
    const id = core.ports.random(16) as EnvelopeId;
    const rowId = await core.records.blind(SENT.table, toHex(id));
    const sent = { account, contact: mallory, message: core.newMessageId(), body: "hello" } as const;
    await core.change(async (work) => work.put(SENT, rowId, sent));
    await alone.hear(async (work, received) =>
      receiveResend(core, work, received, { type: "resend", envelopes: [id] }),
    );
  },
  "says what cannot be read": async (alone: Alone) => {
    await alone.hear(async (work, { envelope }) => recordUnreadable(alone.core, work, alone.mallory, envelope));
  },
};

test.each(Object.entries(ASKS))(
  "AR-15: whoever %s, again and again, is answered so many times and then once in ten minutes",
  async (_, ask) => {
    const alone = await Alone.create();
    await alone.hear(async (work, received) => WAYS.text(alone, work, received));
    await alone.leave();
    let answers = 0;
    for (let n = 0; n < atOnce + 20; n++) {
      await ask(alone);
      answers += await alone.leave();
    }

    expect(answers).toBe(atOnce);
    alone.clock.advance(everyMs);
    await ask(alone);
    expect(await alone.leave()).toBe(1);
    await ask(alone);
    expect(await alone.leave()).toBe(0);
  },
);
