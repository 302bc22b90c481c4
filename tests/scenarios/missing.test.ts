import { DAY_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { Mortal } from "./mortal.ts";
import { again, goesOutAgain, inShort, isTwo, pass, robbed, says, saysInVain, shows } from "./robbed.ts";
import { isSaved } from "./saved.ts";
import { World } from "./world.ts";

test("messages that the relay drops are asked for once, and come to where they belong", async () => {
  await using world = await World.create();
  const { alice, bob, hers, his } = await robbed(world);
  await says(bob, alice, "one");

  his.dropOnce("two", "three");
  await says(bob, alice, "two", "three", "four");
  await alice.hears(bob, "one", "four");
  await says(alice, bob, "yes?");

  await world.clock.passing(() => alice.hears(bob, "one", "two", "three", "four"), 5_000);
  await shows(alice, bob, "one two three four yes?");
  await pass(world, 20);
  await shows(alice, bob, "one two three four yes?");
  expect(hers.count("missing")).toBe(1);
});

test("the first message of all is missed as well", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);

  his.dropOnce("one");
  await says(bob, alice, "one", "two");

  await world.clock.passing(() => alice.hears(bob, "one", "two"), 5_000);
});

test("what others overtake on its way is neither asked for nor said to be missing, and stands where it belongs", async () => {
  await using world = await World.create();
  const { alice, bob, hers, his } = await robbed(world);
  await says(bob, alice, "one");
  his.dropOnce("two", "three");
  await says(bob, alice, "two", "three", "four");
  await alice.hears(bob, "one", "four");

  await pass(world, 1);
  await his.release();

  await alice.hears(bob, "one", "two", "three", "four");
  await pass(world, 20);
  await shows(alice, bob, "one two three four");
  expect(hers.count("missing")).toBe(0);
});

test("what does not come again is said to be missing, in its place, until it comes after all", async () => {
  await using world = await World.create();
  const { alice, bob, hers, his } = await robbed(world);
  await says(bob, alice, "one");
  his.dropOnce("two", "three");
  await says(bob, alice, "two", "three", "four");
  await alice.hears(bob, "one", "four");
  await bob.quit();

  await pass(world, 1);
  await shows(alice, bob, "one four");
  await pass(world, 15);
  await shows(alice, bob, "one ? four");
  const [, , missing] = (await alice.rows(bob)).filter(({ kind }) => kind !== "notice");
  expect((await alice.rows(bob)).find(({ kind }) => kind === "missing")).toMatchObject({ count: 2 });
  expect(missing?.kind).toBe("text");
  await alice.quit();
  await alice.open();
  await shows(alice, bob, "one ? four");

  await bob.open();
  await world.clock.passing(() => shows(alice, bob, "one two three four"));
  expect(hers.count("missing")).toBe(1);
});

test("what is dropped again stays missing, and nobody is asked a second time", async () => {
  await using world = await World.create();
  const { alice, bob, hers, his } = await robbed(world);
  await says(bob, alice, "one");
  his.drops = ({ body }) => body.type === "text" && body.text === "two";
  await says(bob, alice, "two", "three");
  await alice.hears(bob, "one", "three");

  await pass(world, 40);

  await shows(alice, bob, "one ? three");
  expect(hers.count("missing")).toBe(1);
  expect(his.posted.filter(({ body }) => body.type === "text" && body.text === "two")).toHaveLength(2);
  await says(bob, alice, "four");
  await shows(alice, bob, "one ? three four");
});

test("a message that comes late while nobody looks is among the unread ones, and is answered for when it is read", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);
  const contact = await alice.contact(bob);
  await says(bob, alice, "one");
  his.dropOnce("two");
  await says(bob, alice, "two", "three");
  await alice.hears(bob, "one", "three");
  await alice.client.openConversation(contact);
  await alice.client.closeConversation(contact);

  await world.clock.passing(() => alice.hears(bob, "one", "two", "three"), 5_000);
  const [row] = await alice.show({ view: "conversations" });
  expect(row).toMatchObject({ unread: 1, last: { text: "three" } });
  await alice.client.openConversation(contact);

  const page = await alice.show({ view: "messages", contact, limit: 100 });
  expect(page.rows.find(({ key }) => key === page.firstUnread)).toMatchObject({ text: "two" });
  expect((await alice.show({ view: "conversations" }))[0]?.unread).toBe(0);
  await bob.marks(alice, "two", "read");
});

test("a message that comes late where nobody looks, for much has been said since, is unread, also while they are there", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);
  const contact = await alice.contact(bob);
  await says(bob, alice, "one");
  his.dropOnce("two");
  await says(bob, alice, "two", "three");
  await alice.hears(bob, "one", "three");
  await alice.client.openConversation(contact);
  await alice.say(bob, ..."a b c d e f g h".split(" "));

  await world.clock.passing(() => alice.hears(bob, "one", "two", "three"), 5_000);

  expect((await alice.show({ view: "conversations" }))[0]?.unread).toBe(1);
  await alice.client.openConversation(contact);
  const page = await alice.show({ view: "messages", contact, limit: 100 });
  expect(page.rows.find(({ key }) => key === page.firstUnread)).toMatchObject({ text: "two" });
});

test("a new device on either side misses nothing that was not for it", async () => {
  await using world = await World.create();
  const { alice, bob } = await robbed(world);
  await says(bob, alice, "one", "two");
  await alice.hears(bob, "one", "two");
  await says(alice, bob, "three");
  await isSaved(world, alice);
  await isSaved(world, bob);

  const newAlice = await again(world, alice);
  await says(bob, newAlice, "four");
  await world.clock.passing(() => newAlice.sees("four", { view: "messages", contact: "", limit: 1 }, () => true));
  const newBob = await again(world, bob);
  await says(newBob, newAlice, "five", "six");
  await newAlice.sees("six", { view: "conversations" }, ([row]) => row?.last?.text === "six");
  await says(newAlice, newBob, "seven", "eight");
  await newBob.sees("eight", { view: "conversations" }, ([row]) => row?.last?.text === "eight");
  await pass(world, 20);

  for (const [who, other] of [
    [newAlice, newBob],
    [newBob, newAlice],
  ] as const) {
    expect(inShort(await who.rows(other))).not.toContain("?");
  }
  expect(inShort(await newAlice.rows(newBob))).toContain("five six");
  expect(inShort(await newBob.rows(newAlice))).toContain("seven eight");
});

test("a new device misses what is dropped of what is written to it", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);
  await says(bob, alice, "one", "two");
  await isSaved(world, alice);
  const newAlice = await again(world, alice);
  await says(bob, newAlice, "three");
  await world.clock.passing(() =>
    newAlice.sees("three", { view: "conversations" }, ([row]) => row?.last?.text === "three"),
  );

  his.dropOnce("four");
  await says(bob, newAlice, "four", "five");

  await world.clock.passing(
    () => newAlice.sees("four and five", { view: "conversations" }, ([row]) => row?.last?.text === "five"),
    5_000,
  );
  await world.clock.passing(async () => {
    const contact = await newAlice.contact(bob);
    await newAlice.sees("four", { view: "messages", contact, limit: 100 }, ({ rows }) =>
      inShort(rows).includes("three four five"),
    );
  }, 5_000);
});

test("what somebody said while they were blocked is not missing afterwards", async () => {
  await using world = await World.create();
  const { alice, bob, hers } = await robbed(world);
  await says(bob, alice, "one");
  await alice.hears(bob, "one");
  await alice.client.block(await alice.contact(bob));
  await bob.say(alice, "two");
  await pass(world, 1);
  await world.settle(alice);
  await bob.say(alice, "three");
  await pass(world, 1);

  await alice.client.unblock(await alice.contact(bob));
  await world.settle(alice);
  await pass(world, 5);
  await says(bob, alice, "four");
  await world.clock.passing(() => shows(alice, bob, "one four"));
  await pass(world, 20);

  await shows(alice, bob, "one four");
  expect(hers.count("missing")).toBe(0);
});

test("what expired at the relay while a device was away is asked for, and comes", async () => {
  await using world = await World.create();
  const { alice, bob } = await robbed(world);
  await says(bob, alice, "one");
  await alice.hears(bob, "one");
  await alice.quit();
  await says(bob, alice, "two", "three");
  world.clock.advance(31 * DAY_MS);
  await bob.quit();
  await bob.open();
  await bob.isOnline();
  await alice.open();
  await alice.isOnline();

  await says(bob, alice, "four");

  await world.clock.passing(() => shows(alice, bob, "one two three four"), 5_000);
});

test("what its writer took back is not missing", async () => {
  await using world = await World.create();
  const { alice, bob } = await robbed(world);
  await says(bob, alice, "one");
  await alice.hears(bob, "one");
  await alice.quit();
  await says(bob, alice, "two");
  world.clock.advance(31 * DAY_MS);
  await bob.quit();
  await bob.open();
  await bob.isOnline();
  const contact = await bob.contact(alice);
  const rows = await world.clock.passing(() =>
    bob.sees("an expired text", { view: "messages", contact, limit: 100 }, (page) =>
      page.rows.some((row) => row.kind === "text" && row.mark === "expired"),
    ),
  );
  for (const row of rows.rows) {
    if (row.kind === "text" && row.mark === "expired") await bob.client.discard(contact, row.id);
  }
  await alice.open();
  await alice.isOnline();

  await says(bob, alice, "three");
  await pass(world, 20);

  await shows(alice, bob, "one three");
});

test("a message that cannot be read is one trouble, not two", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);
  await says(bob, alice, "one");
  await alice.hears(bob, "one");
  await saysInVain(bob, alice, "two");
  his.drops = isTwo;
  await alice.open();
  await alice.sees("the trouble", { view: "messages", contact: await alice.contact(bob), limit: 100 }, ({ rows }) =>
    rows.some(({ kind }) => kind === "unreadable"),
  );
  // Bob was asked, and what he says from here on goes by a session that Alice has.
  await goesOutAgain(world, his);
  await says(bob, alice, "three");
  await pass(world, 30);

  const kinds = (await alice.rows(bob)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "unreadable")).toHaveLength(1);
  expect(kinds.filter((kind) => kind === "missing")).toHaveLength(0);
});

test.each([false, true])(
  "a client that dies at any commit (written: %s) still knows what is missing",
  async (writesLast) => {
    await using world = await World.create();
    const mortal = new Mortal();
    const { alice, bob, his } = await robbed(world, { disturbStore: mortal.wrap });
    await says(bob, alice, "start");
    await alice.hears(bob, "start");
    let deaths = 0;
    const wanted = ["start"];
    for (let commit = 1; commit <= 10; commit++) {
      mortal.dieAt(commit, writesLast);
      his.dropOnce(`lost-${commit}`);
      await says(bob, alice, `lost-${commit}`, `here-${commit}`);
      wanted.push(`lost-${commit}`, `here-${commit}`);
      await pass(world, 4);
      if (mortal.isDead) deaths += 1;
      await alice.quit().catch(() => undefined);
      mortal.revive();
      await alice.open();
      await world.clock.passing(() => shows(alice, bob, wanted.join(" ")), 5_000);
    }

    expect(deaths).toBeGreaterThan(4);
    await pass(world, 20);
    await shows(alice, bob, wanted.join(" "));
  },
);
