import { HOUR_MS, KIB, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { fileOf } from "./file-of.ts";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

async function lockedMode(person: Person): Promise<void> {
  expect((await person.client.setKept(person.password, false)).ok).toBe(true);
}

function isLocked(world: World, person: Person): Promise<unknown> {
  const locked = () => person.sees("that it is locked", { view: "phase" }, ({ phase }) => phase === "locked");
  return world.clock.passing(locked);
}

async function isOpen(person: Person): Promise<void> {
  // Whatever is under way has had its time: a change waits for the one before.
  await person.client.updateSettings({});
  expect(await person.show({ view: "phase" })).toEqual({ phase: "open" });
}

test("locked mode locks by itself when nobody is there, and keeps what was being written", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await lockedMode(alice);
  await alice.client.saveDraft(await alice.contact(bob), "half a sentence");

  world.clock.advance(15 * MINUTE_MS - SECOND_MS);
  await isOpen(alice);
  world.clock.advance(MINUTE_MS);

  await isLocked(world, alice);
  expect(await alice.show({ view: "conversations" })).toEqual([]);
  await bob.say(alice, "while you were away");
  expect((await alice.client.unlock(alice.password)).ok).toBe(true);
  expect((await alice.show({ view: "conversations" }))[0]?.draft).toBe("half a sentence");
  await alice.hears(bob, "while you were away");
});

test("somebody who is there puts it off, and a shorter time is taken at its word", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  await lockedMode(alice);

  for (let n = 0; n < 6; n++) {
    world.clock.advance(10 * MINUTE_MS);
    await alice.client.noteActivity();
  }
  await isOpen(alice);
  await alice.client.updateSettings({ lockAfterMinutes: 1 });
  world.clock.advance(MINUTE_MS + 15 * SECOND_MS);

  await isLocked(world, alice);
});

test("a device that slept is locked when it wakes, whatever moves first", async () => {
  await using world = await World.create();
  const [alice, bob] = [await world.person("Alice"), await world.person("Bob")];
  await lockedMode(alice);
  await lockedMode(bob);

  world.clock.sleep(5 * MINUTE_MS);
  await bob.client.noteActivity();

  await isLocked(world, alice);
  await isLocked(world, bob);
});

test("who keeps Tacit unlocked on a device is not locked out of it", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");

  world.clock.advance(3 * HOUR_MS);
  world.clock.sleep(3 * HOUR_MS);

  await isOpen(alice);
});

test("who locks is locked, also while a file is on its way to a relay that does not answer", async () => {
  await using world = await World.create();
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const [alice, bob] = await world.friends("Alice", "Bob", {
    disturb: (relay) => ({
      ...relay,
      blobs: {
        ...relay.blobs,
        async append(...part) {
          asked.resolve();
          await answered.promise;
          return relay.blobs.append(...part);
        },
      },
    }),
  });
  const file = fileOf(100 * KIB);
  await alice.sendFile(bob, "stuck.bin", file);
  await asked.promise;

  await alice.client.lock();

  expect(await alice.show({ view: "phase" })).toMatchObject({ phase: "locked" });
  answered.resolve();
  expect((await alice.client.unlock(alice.password)).ok).toBe(true);
  expect(await world.clock.passing(() => bob.reads(alice, "stuck.bin"))).toEqual(file);
});

test("locked mode locks also where the device can be read no more", async () => {
  await using world = await World.create();
  let isBroken = false;
  const alice = await world.person("Alice", {
    disturbStore: (store) => ({
      ...store,
      async get(...place) {
        if (isBroken) throw new Error("the disk is gone");
        return store.get(...place);
      },
    }),
  });
  await lockedMode(alice);

  isBroken = true;
  world.clock.advance(15 * MINUTE_MS);

  await isLocked(world, alice);
  isBroken = false;
  expect((await alice.client.unlock(alice.password)).ok).toBe(true);
});
