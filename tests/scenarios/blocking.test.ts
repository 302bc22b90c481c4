import { DAY_MS } from "@tacit/shared/limits";
import type { Content } from "@tacit/shared/wire/content";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { ContactDetails } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { Cut } from "./cut.ts";
import { Dropping } from "./dropping.ts";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

test("a blocked contact cannot reach us, and is told that the message was not sent", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await bob.say(alice, "one");
  await alice.hears(bob, "one");
  const contact = await alice.contact(bob);

  await alice.client.block(contact);
  await world.settle(alice);
  await bob.say(alice, "two");

  const bobsAlice = await bob.contact(alice);
  await bob.sees("a failed message", { view: "messages", contact: bobsAlice, limit: 10 }, ({ rows }) =>
    rows.some((row) => row.kind === "text" && row.text === "two" && row.mark === "failed" && row.failure === "gone"),
  );
  expect(
    (await alice.show({ view: "messages", contact, limit: 10 })).rows.filter(({ kind }) => kind === "text").length,
  ).toBe(1);

  await alice.client.unblock(contact);
  await bob.sees("a new key", { view: "connection" }, ({ waiting }) => waiting === 0);
});

test("what still waited when somebody was blocked says so, and can be sent once they are not", async () => {
  await using world = await World.create();
  let isCut = false;
  const cut = (relay: Relay): Relay => ({
    ...relay,
    post: async (posts) => (isCut ? { ok: false, reason: "unreachable" } : relay.post(posts)),
  });
  const [alice, bob] = await world.friends("Alice", "Bob", { disturb: cut });
  const contact = await alice.contact(bob);
  isCut = true;
  await alice.say(bob, "one moment");

  await alice.client.block(contact);

  const [row] = (await alice.rows(bob)).filter(({ kind }) => kind === "text");
  expect(row).toMatchObject({ text: "one moment", mark: "failed", failure: "blocked" });
  isCut = false;
  await alice.client.unblock(contact);
  if (row?.kind === "text") await alice.client.retry(contact, row.id);
  await world.clock.passing(() => bob.hears(alice, "one moment"));
});

test("who is unblocked can write again, also where the word of it was lost on its way", async () => {
  await using world = await World.create();
  const hers = new Dropping();
  const [alice, bob] = await robbed(world, hers);
  const contact = await alice.contact(bob);
  await alice.client.block(contact);
  await world.settle(alice);

  hers.drops = isHello;
  await alice.client.unblock(contact);
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  hers.drops = () => false;
  await bob.say(alice, "are you there?");
  await bob.marks(alice, "are you there?", "failed");

  await world.clock.passing(() => expect.poll(() => hers.count("hello"), { timeout: 15_000 }).toBe(3));
  await writesAgain(world, bob, alice, "are you there?");
  await alice.hears(bob, "are you there?");
  world.clock.advance(30 * DAY_MS);
  await bob.say(alice, "good");
  await alice.hears(bob, "are you there?", "good");
  expect(hers.count("hello")).toBe(3);
});

test("what somebody wrote before they were unblocked does not show that they know how to write now", async () => {
  await using world = await World.create();
  const hers = new Dropping();
  const cut = new Cut();
  const [alice, bob] = await robbed(world, hers, cut.disturb);
  await alice.quit();
  await bob.say(alice, "before");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);

  cut.isCut = true;
  await alice.open();
  const contact = await alice.contact(bob);
  await alice.client.block(contact);
  await alice.client.unblock(contact);
  hers.drops = isHello;
  cut.isCut = false;
  await world.clock.passing(() => alice.hears(bob, "before"));
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  hers.drops = () => false;
  await bob.say(alice, "after");
  await bob.marks(alice, "after", "failed");

  await world.clock.passing(() => expect.poll(() => hers.count("hello"), { timeout: 15_000 }).toBe(3));
  await writesAgain(world, bob, alice, "after");
  await alice.hears(bob, "before", "after");
});

/** Alice and Bob, who have talked; what she posts may be dropped. */
async function robbed(world: World, hers: Dropping, disturb = (relay: Relay): Relay => relay) {
  const alice = await world.person("Alice", {
    disturb: (relay) => disturb(hers.disturb(relay)),
    disturbKeys: hers.disturbKeys,
  });
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await bob.sees("acceptance", { view: "contact", contact: await bob.contact(alice) }, isAccepted);
  return [alice, bob] as const;
}

function isAccepted(details: ContactDetails | undefined): boolean {
  return details?.status === "accepted";
}

function isHello({ body }: Content): boolean {
  return body.type === "hello";
}

/** Until it leaves: how to write to the other is not known yet. */
async function writesAgain(world: World, who: Person, other: Person, text: string): Promise<void> {
  const contact = await who.contact(other);
  const row = (await who.rows(other)).find((one) => one.kind === "text" && one.isMine && one.text === text);
  if (row?.kind !== "text") throw new Error(`${who.name} never wrote "${text}"`);
  for (let tries = 0; tries < 20; tries++) {
    await who.client.retry(contact, row.id);
    await world.clock.passing(() =>
      who.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0),
    );
    const now = (await who.rows(other)).find((one) => one.kind === "text" && one.id === row.id);
    if (now?.kind === "text" && now.mark !== "failed") return;
  }
}
