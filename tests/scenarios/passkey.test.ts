import { expect, test } from "vitest";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

const LOCK = { credential: new Uint8Array(16).fill(7), salt: new Uint8Array(32).fill(8) };
/** What a passkey would derive: its user's alone, and the same each time. */
const secretOf = (value = 9) => new Uint8Array(32).fill(value);

async function addPasskey(person: Person): Promise<void> {
  const added = await person.client.setPasskey(person.password, { lock: LOCK, secret: secretOf() });
  expect(added.ok).toBe(true);
}

test("a passkey unlocks beside the password, in both modes and after a restart", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await addPasskey(alice);
  expect((await alice.client.setKept(alice.password, false)).ok).toBe(true);
  await alice.quit();
  await alice.open();

  expect(await alice.show({ view: "phase" })).toEqual({ phase: "locked", passkey: LOCK });
  expect(await alice.client.unlockByPasskey(secretOf(1))).toEqual({ ok: false, reason: "wrong-passkey" });
  expect((await alice.client.unlockByPasskey(secretOf())).ok).toBe(true);

  await alice.isOnline();
  await alice.say(bob, "by passkey");
  await bob.hears(alice, "by passkey");
  await alice.client.lock();
  expect((await alice.client.unlock(alice.password)).ok).toBe(true);
});

test("a passkey is added and removed by the password only, and a removed one opens nothing", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const wrong = { ok: false, reason: "wrong-password" };

  expect(await alice.client.checkPassword("surely not it")).toEqual(wrong);
  expect(await alice.client.setPasskey("surely not it", { lock: LOCK, secret: secretOf() })).toEqual(wrong);
  expect((await alice.show({ view: "me" }))?.passkey).toBeUndefined();
  await addPasskey(alice);
  expect((await alice.show({ view: "me" }))?.passkey).toEqual(LOCK);
  expect(await alice.client.setPasskey("surely not it")).toEqual(wrong);
  expect((await alice.client.setPasskey(alice.password)).ok).toBe(true);

  await alice.client.lock();
  expect(await alice.show({ view: "phase" })).toEqual({ phase: "locked" });
  expect(await alice.client.unlockByPasskey(secretOf())).toEqual({ ok: false, reason: "wrong-passkey" });
});

test("a changed password leaves the passkey as it was", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  await addPasskey(alice);

  expect((await alice.client.changePassword(alice.password, "another long password")).ok).toBe(true);
  await alice.client.lock();

  expect((await alice.client.unlockByPasskey(secretOf())).ok).toBe(true);
});

test("a kept device that was locked by hand is kept again by its passkey", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  await addPasskey(alice);
  await alice.client.lock();
  expect((await alice.client.unlockByPasskey(secretOf())).ok).toBe(true);

  await alice.quit();
  await alice.open();

  expect(await alice.show({ view: "phase" })).toEqual({ phase: "open" });
});

test("after signing out the passkey opens the device, and the relay still wants the password", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  await addPasskey(alice);
  await alice.client.signOut();

  expect((await alice.client.unlockByPasskey(secretOf())).ok).toBe(true);

  expect(await alice.show({ view: "phase" })).toEqual({ phase: "signed-out", login: "alice" });
  await alice.client.eraseDevice();
  expect(await alice.show({ view: "phase" })).toEqual({ phase: "empty" });
});
