import type { Keyholder } from "@tacit/web/core/ports/keyholder";
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

test("a part of a conversation is shown that ends further back, and follows what changes in it", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await bob.quit();
  await alice.say(bob, "one", "two", "three", "four");
  const contact = await alice.contact(bob);
  const until = (await alice.rows(bob)).find((row) => row.kind === "text" && row.text === "three")?.key;
  const part = { view: "messages", contact, limit: 2, until } as const;

  const { rows, hasMore } = await alice.show(part);
  await bob.open();

  expect(rows.map((row) => row.kind === "text" && row.text)).toEqual(["two", "three"]);
  expect(hasMore).toBe(true);
  await alice.sees(
    "both delivered",
    part,
    (page) => page.rows.every((row) => row.kind === "text" && row.mark === "delivered"),
    () => world.clock.advance(5),
  );
  const gone = await alice.show({ ...part, until: "nobody's" });
  expect(gone.rows.map((row) => row.kind === "text" && row.text)).toEqual(["three", "four"]);
});

test("what was shown once is opened once, and after locking again", async () => {
  const opened: string[] = [];
  await using world = await World.create();
  const disturbKeys = (keyholder: Keyholder): Keyholder => ({
    ...keyholder,
    async open(rows) {
      opened.push(...rows.filter(({ table }) => table === "messages").map(({ id }) => id));
      return keyholder.open(rows);
    },
  });
  const [alice, bob] = await world.friends("Alice", "Bob", { disturbKeys });
  await alice.say(bob, "one", "two");
  await bob.hears(alice, "one", "two");
  await alice.marks(bob, "two", "delivered");

  expect(opened).toEqual([]);
  await alice.client.lock();
  await alice.client.unlock(alice.password);
  await alice.marks(bob, "one", "delivered");
  await alice.marks(bob, "two", "delivered");
  expect(opened).toEqual([...new Set(opened)]);
  expect(opened.length).toBeGreaterThanOrEqual(2);
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
