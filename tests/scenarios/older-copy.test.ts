import { toHex } from "@tacit/shared/bytes";
import type { AnswerOf } from "@tacit/shared/routes";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Relay, Routes } from "@tacit/web/core/ports/relay";
import { copyDisk, type MemoryDisk } from "@tacit/web/core/testing/memory-store";
import { expect, test } from "vitest";
import { Person, type Surroundings } from "./person.ts";
import { isSaved } from "./saved.ts";
import { World } from "./world.ts";

/** A keyholder that remembers every session that it was given to encrypt or decrypt with. */
function watchSessions(used: Set<string>): (keyholder: Keyholder) => Keyholder {
  return (keyholder) => ({
    ...keyholder,
    encrypt(request) {
      used.add(toHex(request.session.sealed));
      return keyholder.encrypt(request);
    },
    decrypt(request) {
      if (request.session !== undefined) used.add(toHex(request.session.sealed));
      return keyholder.decrypt(request);
    },
  });
}

async function openCopy(
  world: World,
  of: Person,
  disk: MemoryDisk,
  wishes: Partial<Surroundings> = {},
): Promise<Person> {
  const copy = new Person(of.name, { clock: world.clock, origin: world.origin, ...wishes }, disk);
  await copy.open();
  if ((await copy.show({ view: "phase" })).phase === "locked") await copy.client.unlock(of.password);
  await copy.sees("that it is a copy", { view: "connection" }, ({ state }) => state === "restored");
  return copy;
}

/** Bob with a copy of his disk, and a life after it. */
async function copied(world: World) {
  const [alice, bob] = await world.friends();
  await alice.say(bob, "before the copy");
  await bob.hears(alice, "before the copy");
  await bob.say(alice, "answered before the copy");
  await alice.hears(bob, "answered before the copy");
  await isSaved(world, bob);
  await bob.quit();
  const disk = copyDisk(bob.disk);
  await bob.open();
  await bob.isOnline();
  await bob.say(alice, "after the copy");
  await alice.hears(bob, "answered before the copy", "after the copy");
  const carol = await world.person("Carol");
  await carol.add(await bob.card());
  await bob.client.accept(await bob.contact(carol));
  await isSaved(world, bob);
  await bob.quit();
  return { alice, bob, carol, disk };
}

test("an older copy goes on as a new device by the password: its messages stay, and no old session is used", async () => {
  await using world = await World.create();
  const { alice, bob, carol, disk } = await copied(world);
  const past = new Set([...(disk.tables.get("sessions")?.values() ?? [])].map(({ sealed }) => toHex(sealed)));
  const used = new Set<string>();
  const copy = await openCopy(world, bob, disk, { disturbKeys: watchSessions(used) });
  await copy.say(alice, "written in the copy");
  await alice.say(bob, "while you were a copy");

  expect(await copy.client.comeBackHere("surely not it")).toEqual({ ok: false, reason: "wrong-password" });
  expect((await copy.show({ view: "connection" })).state).toBe("restored");
  expect(await copy.client.comeBackHere(bob.password)).toEqual({ ok: true, value: undefined });
  await world.clock.passing(() => copy.isOnline());

  await alice.hears(bob, "answered before the copy", "after the copy", "written in the copy");
  await world.clock.passing(() => copy.hearsAnyOrder(alice, "before the copy", "while you were a copy"));
  await copy.say(carol, "met after the copy");
  await carol.hears(bob, "met after the copy");
  expect(past.size).toBeGreaterThan(0);
  expect(used.size).toBeGreaterThan(0);
  expect([...used].filter((session) => past.has(session))).toEqual([]);
  const notices = (await alice.rows(bob)).flatMap((row) => (row.kind === "notice" ? [row.notice] : []));
  expect(notices).toContain("new-device");
  expect(notices).not.toContain("key-changed");
  expect((await alice.show({ view: "contact", contact: await alice.contact(bob) }))?.hold).toBeUndefined();
  await copy.quit();
});

test("the device that the copy was made of is signed out by it", async () => {
  await using world = await World.create();
  const { bob, disk } = await copied(world);
  const copy = await openCopy(world, bob, disk);
  expect((await copy.client.comeBackHere(bob.password)).ok).toBe(true);
  await world.clock.passing(() => copy.isOnline());

  await bob.open();

  await bob.sees("that it is signed out", { view: "phase" }, ({ phase }) => phase === "signed-out");
  await copy.quit();
});

test("coming back in a copy that breaks off leaves the copy as it was, or goes on with the next start", async () => {
  await using world = await World.create();
  const { alice, bob, disk } = await copied(world);
  let broken: string | undefined = "fetchRecovery";
  const breaking = (relay: Relay): Relay => ({
    ...relay,
    request: async (name, body, token) =>
      name === broken ? { ok: false, reason: "unreachable" } : relay.request(name, body, token),
  });
  const copy = await openCopy(world, bob, disk, { disturb: breaking });

  expect(await copy.client.comeBackHere(bob.password)).toEqual({ ok: false, reason: "unreachable" });
  expect((await copy.show({ view: "connection" })).state).toBe("restored");
  broken = "issueToken";
  expect((await copy.client.comeBackHere(bob.password)).ok).toBe(true);
  expect((await copy.show({ view: "phase" })).phase).toBe("signed-out");
  await copy.quit();
  broken = undefined;
  await copy.open();
  if ((await copy.show({ view: "phase" })).phase === "locked") await copy.client.unlock(bob.password);
  else expect((await copy.client.signIn("bob", bob.password)).ok).toBe(true);

  await world.clock.passing(() => copy.isOnline());
  await copy.say(alice, "at last");
  await alice.hears(bob, "answered before the copy", "after the copy", "at last");
  await copy.quit();
});

test("a relay that calls an honest device a copy gets it to do nothing; its owner's password brings it back whole", async () => {
  await using world = await World.create();
  let isLying = false;
  const lying = (relay: Relay): Relay => ({
    ...relay,
    connect(hello, events) {
      if (!isLying) return relay.connect(hello, events);
      queueMicrotask(() => events.closed("epoch"));
      return { collected: async () => {}, close() {} };
    },
  });
  const [alice, bob] = await world.friends("Alice", "Bob", { disturb: lying });
  await bob.say(alice, "hello");
  await alice.hears(bob, "hello");
  await isSaved(world, bob);
  await bob.quit();
  isLying = true;
  await bob.open();
  await bob.sees("that it is called a copy", { view: "connection" }, ({ state }) => state === "restored");
  isLying = false;
  const before = await bob.show({ view: "recovery" });

  await bob.client.reconnect();
  expect((await bob.show({ view: "connection" })).state).toBe("restored");
  expect((await bob.client.comeBackHere(bob.password)).ok).toBe(true);

  await world.clock.passing(() => bob.isOnline());
  await bob.say(alice, "still me");
  await alice.hears(bob, "hello", "still me");
  expect((await bob.show({ view: "recovery" }))?.isConfirmed).toBe(before?.isConfirmed);
});

test("a relay that gives a vault from before the copy is not believed, and found out", async () => {
  await using world = await World.create();
  let first: AnswerOf<Routes["fetchRecovery"]> | undefined;
  const [alice, bob] = await world.friends();
  await isSaved(world, bob);
  const words = await bob.client.recoveryWords();
  const spy = await world.stranger("Bob", {
    disturb: (relay) => ({
      ...relay,
      async request(name, body, token) {
        if (name === "issueToken") return { ok: false, reason: "unreachable" };
        const answer = await relay.request(name, body, token);
        if (name === "fetchRecovery" && answer.ok) first = answer.value as AnswerOf<Routes["fetchRecovery"]>;
        return answer;
      },
    }),
  });
  await spy.client.recover({ login: "bob", password: bob.password, words, keep: true });
  const carol = await world.person("Carol");
  await carol.add(await bob.card());
  await bob.client.accept(await bob.contact(carol));
  await isSaved(world, bob);
  await bob.quit();
  const disk = copyDisk(bob.disk);
  await bob.open();
  await bob.isOnline();
  await bob.quit();
  const copy = await openCopy(world, bob, disk, {
    disturb: (relay) => ({
      ...relay,
      request: async (name, body, token) =>
        name === "fetchRecovery" ? { ok: true, value: first as never } : relay.request(name, body, token),
    }),
  });

  expect((await copy.client.comeBackHere(bob.password)).ok).toBe(true);
  await world.clock.passing(() => copy.isOnline());

  expect((await copy.show({ view: "recovery" }))?.isOlder).toBe(true);
  await copy.say(carol, "whom the old vault does not know");
  await carol.hears(bob, "whom the old vault does not know");
  await copy.say(alice, "and you");
  await alice.hears(bob, "and you");
  await copy.quit();
});

test("somebody whom the vault knows and who was added once more in the copy is one contact, with what was written to them", async () => {
  await using world = await World.create();
  const { bob, carol, disk } = await copied(world);
  const copy = await openCopy(world, bob, disk);
  await copy.add(await carol.card(false));
  await copy.say(carol, "written before the vault came");
  await copy.client.saveDraft(await copy.contact(carol), "half a word");

  expect((await copy.client.comeBackHere(bob.password)).ok).toBe(true);
  await world.clock.passing(() => copy.isOnline());

  expect((await copy.show({ view: "conversations" })).filter(({ name }) => name === "Carol")).toHaveLength(1);
  await carol.hears(bob, "written before the vault came");
  const contact = await copy.contact(carol);
  expect((await copy.rows(carol)).flatMap((row) => (row.kind === "text" ? [row.text] : []))).toEqual([
    "written before the vault came",
  ]);
  expect((await copy.show({ view: "contact", contact }))?.draft).toBe("half a word");
  await carol.say(bob, "and back");
  await world.clock.passing(() => copy.hears(carol, "and back"));
  await copy.sees("nothing waiting", { view: "connection" }, ({ waiting }) => waiting === 0);
  await copy.quit();
});

test("who is blocked in a copy stays blocked when it goes on", async () => {
  await using world = await World.create();
  const { alice, bob, disk } = await copied(world);
  const copy = await openCopy(world, bob, disk);
  const contact = await copy.contact(alice);
  await copy.client.block(contact);

  expect((await copy.client.comeBackHere(bob.password)).ok).toBe(true);
  await world.clock.passing(() => copy.isOnline());

  expect((await copy.show({ view: "contact", contact }))?.status).toBe("blocked");
  await alice.say(bob, "are you there?");
  await alice.marks(bob, "are you there?", "failed");
  await copy.quit();
});

test("a one-time card that was claimed in a copy, and whose answer was lost, works once the copy has gone on", async () => {
  await using world = await World.create();
  const { bob, disk } = await copied(world);
  const dave = await world.person("Dave");
  const card = await dave.card();
  let isLost = true;
  const losing = (relay: Relay): Relay => ({
    ...relay,
    async claim(request) {
      const answer = await relay.claim(request);
      return isLost ? { ok: false, reason: "unreachable" } : answer;
    },
  });
  const copy = await openCopy(world, bob, disk, { disturb: losing });
  expect(await copy.client.addContact(card, "link")).toEqual({ ok: false, reason: "unreachable" });
  isLost = false;

  expect((await copy.client.comeBackHere(bob.password)).ok).toBe(true);
  await world.clock.passing(() => copy.isOnline());

  expect((await copy.client.addContact(card, "link")).ok).toBe(true);
  await copy.quit();
});
