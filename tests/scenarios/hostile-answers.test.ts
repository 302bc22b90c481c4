import { decode, encode } from "@tacit/shared/codec";
import type { DeliveryKey, EnvelopeId } from "@tacit/shared/ids";
import { DAY_MS, MAX_CONTENT_BYTES, MINUTE_MS } from "@tacit/shared/limits";
import { ok } from "@tacit/shared/result";
import { fromLink } from "@tacit/shared/wire/card";
import type { DeliveryKeySet } from "@tacit/shared/wire/delivery-keys";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { MailboxEvents, Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

async function keyOf(person: Person): Promise<DeliveryKey> {
  const card = fromLink(await person.card(false));
  if (!card.ok) throw new Error("no card");
  return card.value.key;
}

test("a lost answer about a renewed device list keeps nobody offline, and there is one list per counter", async () => {
  await using world = await World.create();
  const lists = new Set<string>();
  let isLost = false;
  const alice = await world.person("Alice", {
    disturb: (relay) => ({
      ...relay,
      async request(name, body, token) {
        const answer = await relay.request(name, body, token);
        if (name !== "putDeviceList") return answer;
        lists.add(JSON.stringify(body));
        const wasLost = isLost;
        isLost = false;
        return wasLost ? { ok: false, reason: "unreachable" } : answer;
      },
    }),
  });
  await alice.quit();
  world.clock.advance(8 * DAY_MS);
  isLost = true;

  await alice.open();
  await world.clock.passing(() => alice.isOnline());

  expect(lists.size).toBe(1);
});

test("a contact who names somebody else's delivery key for their own stays who they are", async () => {
  await using world = await World.create();
  const [alice, carol] = [await world.person("Alice"), await world.person("Carol")];
  await carol.add(await alice.card());
  await alice.client.accept(await alice.contact(carol));
  const foreign = await keyOf(carol);
  const bob = await world.person("Bob", {
    disturbKeys: (keyholder) => ({
      ...keyholder,
      encrypt(request) {
        const contents = request.contents.map((content) => {
          const decoded = decode(content, MAX_CONTENT_BYTES);
          const value = (decoded.ok ? decoded.value : undefined) as { introduction?: object };
          return encode(
            value.introduction ? { ...value, introduction: { ...value.introduction, key: foreign } } : value,
          );
        });
        return keyholder.encrypt({ ...request, contents });
      },
    }),
  });
  await bob.add(await alice.card());
  const contact = await alice.contact(bob);
  await alice.client.accept(contact);
  await alice.client.sendText(contact, "for Bob only");
  await carol.say(alice, "I am Carol");
  await alice.hears(carol, "I am Carol");

  expect((await alice.show({ view: "contact", contact }))?.hold).toBeUndefined();
  expect(await alice.rows(bob)).toContainEqual(expect.objectContaining({ text: "for Bob only", mark: "waiting" }));
  expect((await carol.rows(alice)).some((row) => row.kind === "text" && row.text === "for Bob only")).toBe(false);
});

test("a card that was taken back does not end it: another card of the same person leads on", async () => {
  await using world = await World.create();
  let isAnswered = false;
  const unanswered = (relay: Relay): Relay => ({
    ...relay,
    claim: async (claim) => (isAnswered ? relay.claim(claim) : { ok: false, reason: "unreachable" }),
  });
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { disturb: unanswered });
  const made = await alice.client.createCard({ label: "taken back", isOnce: false });
  await alice.client.revokeCard(made.id);
  await world.settle(alice);
  const contact = await bob.add(made.link);
  isAnswered = true;
  await bob.client.sendText(contact, "to nobody");
  await bob.sees("a failed message", { view: "messages", contact, limit: 10 }, ({ rows }) =>
    rows.some((row) => row.kind === "text" && row.failure === "gone"),
  );

  expect(await bob.add(await alice.card())).toBe(contact);
  await bob.client.sendText(contact, "to Alice");

  await alice.hears(bob, "to Alice");
});

test("a scanned number verifies the key that was scanned, whatever the relay answers meanwhile", async () => {
  await using world = await World.create();
  const redirect = await keyOf(await world.person("Mallory"));
  let isHostile = false;
  let meanwhile = async () => {};
  const hostile = (relay: Relay): Relay => ({
    ...relay,
    bundle: (request) => relay.bundle(isHostile ? { ...request, key: redirect } : request),
    post: async (posts) =>
      isHostile
        ? ok(posts.map(() => ({ status: "devices" as const, missing: [], extra: [], stale: [] })))
        : relay.post(posts),
  });
  const alice = await world.person("Alice", {
    disturb: hostile,
    disturbKeys: (keyholder) => ({
      ...keyholder,
      async compareSafetyNumber(...numbers) {
        const isSame = await keyholder.compareSafetyNumber(...numbers);
        await meanwhile();
        return isSame;
      },
    }),
  });
  const bob = await world.person("Bob");
  const contact = await alice.add(await bob.card());
  await bob.client.accept(await bob.contact(alice));
  await alice.sees("acceptance", { view: "contact", contact }, (details) => details?.status === "accepted");
  const { scannable } = await bob.client.safetyNumber(await bob.contact(alice));
  const before = await alice.show({ view: "contact", contact });
  meanwhile = async () => {
    isHostile = true;
    await alice.client.sendText(contact, "held");
    await alice.sees("a hold", { view: "contact", contact }, (details) => details?.hold !== undefined);
  };

  expect(await alice.client.checkScannedNumber(contact, scannable)).toBe(false);

  const after = await alice.show({ view: "contact", contact });
  expect(after?.account).toBe(before?.account);
  expect(after?.verifiedAtMs).toBeUndefined();
});

test("old envelopes that come again under other ids leave no trace", async () => {
  await using world = await World.create();
  const old: Envelope[] = [];
  let events: MailboxEvents | undefined;
  const alice = await world.person("Alice", {
    disturb: (relay) => ({
      ...relay,
      connect(hello, listener) {
        events = listener;
        const mailbox = relay.connect(hello, {
          ...listener,
          envelopes(page) {
            old.push(...page);
            listener.envelopes(page);
          },
        });
        // Of the ids that were made up nobody tells the relay.
        return {
          ...mailbox,
          collected: (ids) => mailbox.collected(ids.filter((id) => old.some((one) => one.id === id))),
        };
      },
    }),
  });
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  // Eight turns: the first chains are forgotten, so their messages can no longer be told from new ones by the session.
  const texts: string[] = [];
  for (let turn = 0; turn < 8; turn++) {
    texts.push(`turn ${turn}`);
    await bob.say(alice, `turn ${turn}`);
    await alice.hears(bob, ...texts);
    await alice.say(bob, `turn ${turn}`);
    await bob.hears(alice, ...texts);
  }
  const rows = await alice.rows(bob);

  for (let n = 0; n < 5; n++) {
    const again = old.slice(0, 4).map((envelope): Envelope => {
      return { ...envelope, id: crypto.getRandomValues(new Uint8Array(16)) as EnvelopeId };
    });
    events?.envelopes(again);
  }
  await bob.say(alice, "after the replays");
  await world.clock.passing(() => alice.hears(bob, ...texts, "after the replays"));

  expect((await alice.rows(bob)).length).toBe(rows.length + 1);
});

test("a relay that says again and again that prekeys run low gets one upload", async () => {
  await using world = await World.create();
  let uploads = 0;
  let events: MailboxEvents | undefined;
  const alice = await world.person("Alice", {
    disturb: (relay) => ({
      ...relay,
      request(name, body, token) {
        if (name === "putPreKeys") uploads += 1;
        return relay.request(name, body, token);
      },
      connect(hello, listener) {
        events = listener;
        return relay.connect(hello, listener);
      },
    }),
  });
  for (let n = 0; n < 20; n++) events?.prekeys({ oneTime: 0, kyber: 0 });
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  await alice.contact(bob);

  expect(uploads).toBe(1);
  world.clock.advance(11 * MINUTE_MS);
  events?.prekeys({ oneTime: 0, kyber: 0 });
  await bob.say(alice, "still here");
  await alice.hears(bob, "still here");
  expect(uploads).toBe(2);
});

test("a relay that refuses every key, again and again, fills no outbox", async () => {
  await using world = await World.create();
  let isHostile = false;
  let stores = 0;
  const hostile = (relay: Relay): Relay => ({
    ...relay,
    post: (posts) =>
      isHostile ? Promise.resolve(ok(posts.map(() => ({ status: "retry" as const })))) : relay.post(posts),
    async request(name, body, token) {
      const answer = await relay.request(name, body, token);
      if (!isHostile || name !== "putDeliveryKeys") return answer;
      return ok({ refused: (body as DeliveryKeySet).contact }) as typeof answer;
    },
    connect: (hello, events) =>
      relay.connect(hello, {
        ...events,
        // As a relay that was restored does: everything is published anew.
        ready: (ready) => events.ready(isHostile ? { ...ready, storeEpoch: new Uint8Array(16).fill(++stores) } : ready),
      }),
  });
  const alice = await world.person("Alice", { disturb: hostile });
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  isHostile = true;

  for (let n = 0; n < 6; n++) await world.settle(alice);

  const { waiting } = await alice.show({ view: "connection" });
  expect(waiting).toBeGreaterThan(0);
  expect(waiting).toBeLessThan(4);
});
