import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { Relay } from "@tacit/web/core/ports/relay";
import { copyDisk } from "@tacit/web/core/testing/memory-store";
import { expect, test } from "vitest";
import { Person } from "./person.ts";
import { World } from "./world.ts";

test("a message that cannot be read is said, asked for again, and replaced by the message", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.say(bob, "one");
  await bob.hears(alice, "one");
  await bob.quit();
  await alice.say(bob, "two", "three");
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);

  bob.disk.tables.get("sessions")?.clear();
  await bob.open();

  await world.clock.passing(() => bob.hearsAnyOrder(alice, "one", "two", "three"));
  expect((await bob.rows(alice)).filter(({ kind }) => kind === "unreadable")).toEqual([]);
  await bob.say(alice, "all read");
  await alice.hears(bob, "all read");
});

test("what a relay delivers again and again is shown once", async () => {
  await using world = await World.create();
  const replay = (relay: Relay): Relay => ({
    ...relay,
    connect(hello, events) {
      const earlier: Envelope[] = [];
      return relay.connect(hello, {
        ...events,
        envelopes(page) {
          events.envelopes([...page, ...earlier, ...page]);
          earlier.push(...page);
        },
      });
    },
  });
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { disturb: replay });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));

  for (const text of ["one", "two", "three"]) {
    await alice.say(bob, text);
    await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  }

  await bob.hears(alice, "one", "two", "three");
  expect((await bob.rows(alice)).filter(({ kind }) => kind === "unreadable")).toEqual([]);
});

test("a damaged envelope changes nothing and blocks nothing", async () => {
  await using world = await World.create();
  const damage = (relay: Relay): Relay => ({
    ...relay,
    connect: (hello, events) =>
      relay.connect(hello, {
        ...events,
        envelopes(page) {
          const [first] = page;
          if (first === undefined) return;
          const sealed = first.sealed.slice();
          sealed[100] = (sealed[100] ?? 0) ^ 1;
          events.envelopes([{ ...first, sealed }, ...page]);
        },
      }),
  });
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { disturb: damage });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));

  await alice.say(bob, "one", "two");

  await bob.hears(alice, "one", "two");
});

test("a device restored from a copy is refused by the relay and sends nothing", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.say(bob, "before the copy");
  await bob.hears(alice, "before the copy");
  await bob.quit();
  const copy = copyDisk(bob.disk);
  await bob.open();
  await bob.isOnline();
  await bob.say(alice, "after the copy");
  await alice.hears(bob, "after the copy");
  await bob.quit();

  const old = new Person("Bob", { clock: world.clock, origin: world.origin }, copy);
  await old.open();
  if ((await old.show({ view: "phase" })).phase === "locked") await old.client.unlock(bob.password);
  await old.sees("that it is a copy", { view: "connection" }, ({ state }) => state === "restored");
  await old.say(alice, "from the past");

  await old.quit();
  // However often it starts, its epoch does not creep up to the real one's.
  for (let start = 0; start < 4; start++) {
    await old.open();
    if ((await old.show({ view: "phase" })).phase === "locked") await old.client.unlock(old.password);
    await old.sees("that it is a copy", { view: "connection" }, ({ state }) => state === "restored");
    await old.quit();
  }
  await old.open();
  if ((await old.show({ view: "phase" })).phase === "locked") await old.client.unlock(old.password);

  expect((await old.show({ view: "connection" })).waiting).toBe(1);
  await alice.hears(bob, "after the copy");
  await old.quit();
});
