import type { Space } from "@tacit/web/core/ports/space";
import { expect, test } from "vitest";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

const MIB = 2 ** 20;

/** A place whose room and whose promise a test decides. */
class FakeSpace implements Space {
  leftBytes = 1_000 * MIB;
  isKept = false;
  mayKeep = true;
  asked = 0;

  estimate = async () => ({ usedBytes: 10_000 * MIB - this.leftBytes, quotaBytes: 10_000 * MIB });
  isPersisted = async () => this.isKept;
  persist = async () => {
    this.asked += 1;
    this.isKept = this.mayKeep;
    return this.isKept;
  };
}

function isFull(person: Person): Promise<unknown> {
  return person.sees("a nearly full device", { view: "connection" }, ({ state }) => state === "full");
}

test("a device that is nearly full sends nothing and collects nothing, and goes on by itself when there is room", async () => {
  await using world = await World.create();
  const space = new FakeSpace();
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { space });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await bob.say(alice, "hello");
  await alice.hears(bob, "hello");

  space.leftBytes = 60 * MIB;
  await world.clock.passing(() => isFull(bob));
  await alice.say(bob, "one", "two");
  await bob.say(alice, "written without room");
  expect((await bob.show({ view: "storage" }))?.isNearlyFull).toBe(true);
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  expect((await bob.rows(alice)).filter((row) => row.kind === "text" && !row.isMine)).toEqual([]);
  expect((await bob.show({ view: "connection" })).waiting).toBeGreaterThan(0);

  space.leftBytes = 500 * MIB;
  await world.clock.passing(() => bob.hears(alice, "one", "two"));
  await alice.hears(bob, "hello", "written without room");
});

test("a device that was nearly full when it was closed does not connect when it starts", async () => {
  await using world = await World.create();
  const space = new FakeSpace();
  const alice = await world.person("Alice", { space });
  await alice.quit();
  space.leftBytes = MIB;

  await alice.open();

  await isFull(alice);
});

test("the browser is asked to keep what is here once there is somebody to lose, and once only", async () => {
  await using world = await World.create();
  const space = new FakeSpace();
  space.mayKeep = false;
  const bob = await world.person("Bob");
  const carol = await world.person("Carol", { space });
  await carol.client.updateSettings({ theme: "dark" });
  expect(space.asked).toBe(0);

  await carol.add(await bob.card());
  await expect.poll(() => space.asked).toBe(1);
  await carol.quit();
  await carol.open();
  await carol.isOnline();
  await carol.say(bob, "hello");
  expect(space.asked).toBe(1);

  expect(await carol.client.persistStorage()).toBe(false);
  space.mayKeep = true;
  expect(await carol.client.persistStorage()).toBe(true);
  await carol.sees("the promise", { view: "storage" }, (storage) => storage?.isPersisted === true);
});
