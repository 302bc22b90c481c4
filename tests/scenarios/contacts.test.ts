import { DAY_MS, HOUR_MS } from "@tacit/shared/limits";
import { ok } from "@tacit/shared/result";
import { fromLink, toLink } from "@tacit/shared/wire/card";
import type { Clock } from "@tacit/web/core/ports/clock";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { ContactDetails } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { Cut } from "./cut.ts";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

test("a one-time card works once: the second person is told, and the first can ask again", async () => {
  await using world = await World.create();
  const [alice, bob, carol] = [await world.person("Alice"), await world.person("Bob"), await world.person("Carol")];
  const card = await alice.card();

  await bob.add(card);
  await alice.contact(bob);

  expect(await carol.client.addContact(card, "link")).toEqual({ ok: false, reason: "used" });
  expect((await bob.client.addContact(card, "link")).ok).toBe(true);
  expect((await alice.show({ view: "cards" }))[0]?.isUsed).toBe(true);
  expect((await alice.show({ view: "conversations" })).map(({ name }) => name)).toEqual(["Bob"]);
});

test("a claim whose answer was lost is made again with the same key", async () => {
  await using world = await World.create();
  let isLost = true;
  const loseFirst = (relay: Relay): Relay => ({
    ...relay,
    async claim(claim) {
      const answer = await relay.claim(claim);
      const wasLost = isLost;
      isLost = false;
      return wasLost ? { ok: false, reason: "unreachable" } : answer;
    },
  });
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { disturb: loseFirst });
  const card = await alice.card();

  expect(await bob.client.addContact(card, "link")).toEqual({ ok: false, reason: "unreachable" });
  await bob.quit();
  await bob.open();
  await bob.isOnline();

  expect((await bob.client.addContact(card, "link")).ok).toBe(true);
  await alice.contact(bob);
});

test("many people come by a reusable card, until it is revoked", async () => {
  await using world = await World.create();
  const [alice, bob, carol, dave] = await Promise.all(
    ["Alice", "Bob", "Carol", "Dave"].map((name) => world.person(name)),
  );
  if (!alice || !bob || !carol || !dave) throw new Error("nobody came");
  const card = await alice.card(false);

  await bob.add(card);
  await carol.add(card);
  await alice.contact(bob);
  await alice.contact(carol);
  const [view] = await alice.show({ view: "cards" });
  await alice.client.revokeCard(view?.id ?? "");
  await alice.sees("no card", { view: "cards" }, (cards) => cards.length === 0);
  // A one-time card of hers still works, so what Dave meets is the revocation.
  await dave.add(await alice.card());
  await alice.contact(dave);

  const erin = await world.person("Erin");
  expect(await erin.client.addContact(card, "link")).toEqual({ ok: false, reason: "revoked" });
});

test("a stranger is a request: what they write is shown, and they learn nothing until accepted", async () => {
  await using world = await World.create();
  const [alice, bob] = [await world.person("Alice"), await world.person("Bob")];
  await bob.add(await alice.card());
  await bob.say(alice, "do you remember me?");

  await alice.hears(bob, "do you remember me?");
  await bob.marks(alice, "do you remember me?", "sent");
  const contact = await alice.contact(bob);
  await alice.client.openConversation(contact);
  world.clock.advance(HOUR_MS);
  expect((await alice.show({ view: "contact", contact }))?.status).toBe("request");
  expect((await alice.show({ view: "connection" })).waiting).toBe(0);
  expect(await bob.rows(alice)).toEqual([expect.objectContaining({ text: "do you remember me?", mark: "sent" })]);

  await alice.client.accept(contact);
  await bob.marks(alice, "do you remember me?", "read");
});

test("an ignored request is put aside and stays silent", async () => {
  await using world = await World.create();
  const [alice, bob] = [await world.person("Alice"), await world.person("Bob")];
  await bob.add(await alice.card());
  const contact = await alice.contact(bob);

  await alice.client.ignore(contact);
  await bob.say(alice, "hello?");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);

  expect((await alice.show({ view: "conversations" })).map(({ status }) => status)).toEqual(["ignored"]);
  expect((await bob.rows(alice)).map((row) => row.kind === "text" && row.mark)).toEqual(["sent"]);
});

test("a first message that is lost arrives a day later, once", async () => {
  await using world = await World.create();
  let isLossy = true;
  const lossy = (relay: Relay): Relay => ({
    ...relay,
    post: async (posts) => (isLossy ? ok(posts.map(() => ({ status: "ok" }))) : relay.post(posts)),
  });
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { disturb: lossy });
  await bob.add(await alice.card());
  await bob.say(alice, "the first word");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  expect(await alice.show({ view: "conversations" })).toEqual([]);

  isLossy = false;
  world.clock.advance(25 * HOUR_MS);

  await world.clock.passing(() => alice.hears(bob, "the first word"));
  await alice.client.accept(await alice.contact(bob));
  await bob.marks(alice, "the first word", "delivered");
  await bob.say(alice, "the second word");
  await alice.hears(bob, "the first word", "the second word");
});

test("when every one-time prekey is used up, people still meet", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice", { oneTimePreKeys: 1 });
  await alice.quit();
  const names = ["Bob", "Carol", "Dave", "Erin"];
  await alice.open();
  const cards = [await alice.card(), await alice.card(), await alice.card(), await alice.card()];
  await alice.quit();

  for (const [at, name] of names.entries()) {
    const person = await world.person(name);
    await person.add(cards[at] ?? "");
    await person.say(alice, `I am ${name}`);
    await person.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  }
  await alice.open();

  for (const name of names) {
    const rows = await alice.sees(name, { view: "conversations" }, (all) => all.some((row) => row.name === name));
    const contact = rows.find((row) => row.name === name)?.contact ?? "";
    await alice.sees(`the text of ${name}`, { view: "messages", contact, limit: 5 }, (page) =>
      page.rows.some((row) => row.kind === "text" && row.text === `I am ${name}`),
    );
  }
});

test("a card with a date works until then, and not a day longer for somebody whose clock is behind", async () => {
  await using world = await World.create();
  const [alice, bob, carol] = [await world.person("Alice"), await world.person("Bob"), await world.person("Carol")];
  const behind = (clock: Clock): Clock => ({
    nowMs: () => clock.nowMs() - 3 * DAY_MS,
    after: (ms, action) => clock.after(ms, action),
  });
  const dave = await world.person("Dave", { disturbClock: behind });
  const many = await alice.client.createCard({ label: "a week at the fair", isOnce: false, lastsMs: DAY_MS });
  const once = await alice.client.createCard({ label: "Dave", isOnce: true, lastsMs: DAY_MS });
  expect(many.expiresAtMs).toBe(many.createdAtMs + DAY_MS);
  await bob.add(many.link);
  await alice.client.accept(await alice.contact(bob));
  world.clock.advance(DAY_MS - HOUR_MS);
  expect(await carol.client.previewCard(many.link)).toMatchObject({
    ok: true,
    value: { expiresAtMs: many.expiresAtMs },
  });

  world.clock.advance(2 * HOUR_MS);
  await world.settle(alice);

  expect(await carol.client.addContact(many.link, "link")).toEqual({ ok: false, reason: "expired" });
  await alice.sees("that both are over", { view: "cards" }, (cards) => cards.every(({ isOver }) => isOver));
  await alice.sees(
    "nothing to do",
    { view: "recovery" },
    (recovery) => recovery?.isBehind === false,
    () => world.clock.advance(5),
  );
  expect(await dave.client.addContact(once.link, "link")).toEqual({ ok: false, reason: "revoked" });
  await bob.say(alice, "whoever came in time stays");
  // Two hours closed Bob's idle connection; a post that met its end is sent again after a pause.
  await world.clock.passing(() => alice.hears(bob, "whoever came in time stays"));
});

test("who scans a one-time card is verified to its owner, and who has its link is not", async () => {
  await using world = await World.create();
  const [alice, bob, carol] = [await world.person("Alice"), await world.person("Bob"), await world.person("Carol")];
  const first = await alice.client.createCard({ label: "at the fair", isOnce: true });
  const second = await alice.client.createCard({ label: "by mail", isOnce: true });

  await bob.add(first.qr, "qr");
  await carol.add(second.link);

  expect(await detailsOf(bob, alice)).toMatchObject({ origin: { by: "qr" }, verifiedAtMs: expect.any(Number) });
  expect(await detailsOf(alice, bob)).toMatchObject({
    origin: { by: "card", card: "at the fair", isScanned: true },
    verifiedAtMs: expect.any(Number),
  });
  const carols = await detailsOf(alice, carol);
  expect(carols.origin).toEqual({ by: "card", card: "by mail" });
  expect(carols.verifiedAtMs).toBeUndefined();
});

test("the code of a card proves one person: not the second, and not one who only knows another card", async () => {
  await using world = await World.create();
  const [alice, bob, carol, dave] = await Promise.all(
    ["Alice", "Bob", "Carol", "Dave"].map((name) => world.person(name)),
  );
  if (!alice || !bob || !carol || !dave) throw new Error("nobody came");
  const [first, second, reusable] = [
    await alice.client.createCard({ label: "first", isOnce: true }),
    await alice.client.createCard({ label: "second", isOnce: true }),
    await alice.client.createCard({ label: "reusable", isOnce: false }),
  ];
  expect(reusable.qr).toBe(reusable.link);
  const [one, two] = [fromLink(first.qr), fromLink(second.link)];
  if (!one.ok || !two.ok) throw new Error("no card");

  await bob.add(first.qr, "qr");
  await alice.contact(bob);
  expect(await dave.client.addContact(first.qr, "qr")).toEqual({ ok: false, reason: "used" });
  // The proof of one card with the key of another.
  await carol.add(toLink({ ...two.value, proof: one.value.proof }), "qr");

  expect((await detailsOf(alice, bob)).verifiedAtMs).toBeDefined();
  expect((await detailsOf(alice, carol)).verifiedAtMs).toBeUndefined();
});

test("two who know each other from links scan one card, and both are verified", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  expect((await detailsOf(alice, bob)).verifiedAtMs).toBeUndefined();

  await bob.add((await alice.client.createCard({ label: "later", isOnce: true })).qr, "qr");

  await alice.sees("a verified contact", { view: "contact", contact: await alice.contact(bob) }, isVerified);
  await bob.sees("a verified contact", { view: "contact", contact: await bob.contact(alice) }, isVerified);
});

test("a one-time card that a contact scanned is used up for everybody", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  const carol = await world.person("Carol");
  const card = await alice.client.createCard({ label: "later", isOnce: true });

  await bob.add(card.qr, "qr");
  await alice.sees("that it was used", { view: "cards" }, (all) =>
    all.some(({ id, isUsed }) => id === card.id && isUsed),
  );
  await world.settle(alice);

  expect(await carol.client.addContact(card.link, "link")).toEqual({ ok: false, reason: "revoked" });
  await bob.say(alice, "still here");
  await alice.hears(bob, "still here");
});

test("a new name arrives also when they wrote before it could be told", async () => {
  await using world = await World.create();
  const cut = new Cut();
  const alice = await world.person("Alice", { disturb: cut.disturb });
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await one.say(other, "hi");
    await other.hears(one, "hi");
  }

  await alice.quit();
  await bob.say(alice, "one more");
  cut.isCut = true;
  await alice.open();
  await alice.client.rename("Alice B.");
  cut.isCut = false;

  const contact = (await bob.show({ view: "conversations" }))[0]?.contact ?? "";
  await world.clock.passing(() =>
    bob.sees("the new name", { view: "contact", contact }, (details) => details?.name === "Alice B."),
  );
});

function isVerified(details: ContactDetails | undefined): boolean {
  return details?.verifiedAtMs !== undefined;
}

async function detailsOf(person: Person, other: Person): Promise<ContactDetails> {
  const details = await person.show({ view: "contact", contact: await person.contact(other) });
  if (details === undefined) throw new Error("no such contact");
  return details;
}
