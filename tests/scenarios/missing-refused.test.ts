import { expect, test } from "vitest";
import { goesOutAgain, isTwo, robbed, says, saysInVain } from "./robbed.ts";
import { World } from "./world.ts";

test("what is refused when it goes out once more takes nothing that left after it with it", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);
  await says(bob, alice, "one");
  await alice.hears(bob, "one");
  his.dropOnce("three");
  await saysInVain(bob, alice, "two", "three");
  his.refuses = isTwo;
  await alice.open();
  await goesOutAgain(world, his);
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  his.refuses = () => false;

  await says(bob, alice, "four");

  await world.clock.passing(() => alice.hears(bob, "one", "two", "three", "four"), 5_000);
});

test("a message that left and is refused when it goes out once more is one that the next counts on", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);
  await says(bob, alice, "one");
  await alice.hears(bob, "one");
  await saysInVain(bob, alice, "two");
  his.refuses = isTwo;
  await alice.open();
  await goesOutAgain(world, his);
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);

  await says(bob, alice, "three");

  expect(his.posted.at(-1)?.place).toMatchObject({ number: 3, before: 2 });
});

test("what was refused, goes out when its writer wants it to and is dropped then, is missed like any other", async () => {
  await using world = await World.create();
  const { alice, bob, his } = await robbed(world);
  await says(bob, alice, "one");
  his.refuses = ({ body }) => body.type === "text" && body.text === "two";
  await bob.say(alice, "two");
  await bob.marks(alice, "two", "failed");
  his.refuses = () => false;
  await says(bob, alice, "three");
  await alice.hears(bob, "one", "three");

  his.dropOnce("two");
  const two = (await bob.rows(alice)).find((row) => row.kind === "text" && row.text === "two");
  if (two?.kind !== "text") throw new Error("Bob has not written it");
  await bob.client.retry(await bob.contact(alice), two.id);
  await bob.marks(alice, "two", "sent");
  await says(bob, alice, "four");

  await world.clock.passing(() => alice.hears(bob, "one", "three", "two", "four"), 5_000);
});
