import { expect, test } from "vitest";
import { World } from "./world.ts";

test("two people meet by a card and talk both ways", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();

  await alice.say(bob, "hello Bob");
  await bob.hears(alice, "hello Bob");
  await bob.say(alice, "hello Alice", "how are you?");
  await alice.hears(bob, "hello Alice", "how are you?");
});

test("marks go from sent to delivered to read", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();

  await alice.say(bob, "seen this?");
  await alice.marks(bob, "seen this?", "delivered");
  await bob.client.openConversation(await bob.contact(alice));
  await alice.marks(bob, "seen this?", "read");
});

test("twenty messages while away arrive once each, in order", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  const texts = Array.from({ length: 20 }, (_, n) => `message ${n + 1}`);

  await bob.quit();
  await alice.say(bob, ...texts);
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  await bob.open();

  await bob.hears(alice, ...texts);
  await bob.say(alice, "I read all of it");
  await alice.hears(bob, "I read all of it");
});

test("typing is shown while it lasts and gone after eight seconds", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.say(bob, "hello");
  await bob.hears(alice, "hello");
  await bob.say(alice, "hi");
  await alice.hears(bob, "hi");
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  const contact = await bob.contact(alice);

  await alice.client.setTyping(await alice.contact(bob), true);
  await bob.sees("typing", { view: "contact", contact }, (details) => details?.isTyping === true);
  world.clock.advance(8_000);

  expect((await bob.show({ view: "contact", contact }))?.isTyping).toBe(false);
});
