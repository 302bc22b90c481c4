import { fromUtf8, toUtf8 } from "@tacit/shared/text";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { MemoryDisk } from "@tacit/web/core/testing/memory-store";
import { expect, test } from "vitest";
import { World } from "./world.ts";

const CANARY = "canary-3f9a17";

/** Whether a word lies on a disk in clear. */
function holds(disk: MemoryDisk, word: string): boolean {
  const needle = fromUtf8(toUtf8(word));
  return [...disk.tables.values()].some((rows) =>
    [...rows.values()].some(({ id, index, sealed }) => {
      const clear = String.fromCharCode(...sealed.subarray(0, 60_000));
      return `${id} ${index} ${clear}`.includes(needle);
    }),
  );
}

test("a kept device opens by itself; a locked one wants the password", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.quit();
  await alice.open();
  expect(await alice.show({ view: "phase" })).toEqual({ phase: "open" });

  expect(await alice.client.setKept("a wrong password", false)).toEqual({ ok: false, reason: "wrong-password" });
  expect((await alice.client.setKept(alice.password, false)).ok).toBe(true);
  await alice.quit();
  await alice.open();
  expect(await alice.show({ view: "phase" })).toEqual({ phase: "locked" });
  expect(await alice.show({ view: "conversations" })).toEqual([]);
  expect(await alice.client.unlock("a wrong password")).toEqual({ ok: false, reason: "wrong-password" });
  expect((await alice.client.unlock(alice.password)).ok).toBe(true);

  await alice.isOnline();
  await alice.say(bob, "back again");
  await bob.hears(alice, "back again");
});

test("nothing of a conversation lies on the disk in clear, and nothing of it is read while locked", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends(CANARY, "Bob");
  await alice.say(bob, CANARY);
  await bob.hears(alice, CANARY);
  await bob.client.saveDraft(await bob.contact(alice), `${CANARY} draft`);
  await bob.client.lock();

  expect(bob.disk.tables.get("messages")?.size).toBeGreaterThan(0);
  expect(holds(bob.disk, CANARY)).toBe(false);
  expect(holds(alice.disk, CANARY)).toBe(false);
  await expect(bob.client.sendText("anybody", "hello")).rejects.toThrow();

  await bob.client.unlock(bob.password);
  await bob.hears(alice, CANARY);
  expect((await bob.show({ view: "conversations" }))[0]?.draft).toBe(`${CANARY} draft`);
});

test("signing out ends the token; the same password brings everything back", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.client.signOut();
  expect(await alice.show({ view: "phase" })).toEqual({ phase: "locked" });
  await bob.say(alice, "while signed out");

  expect(await alice.client.signIn("alice", "a wrong password")).toEqual({ ok: false, reason: "wrong-password" });
  expect((await alice.client.signIn("Alice", alice.password)).ok).toBe(true);

  await alice.hears(bob, "while signed out");
});

test("signing in where the keys are not is said, not tried", async () => {
  await using world = await World.create();
  await world.person("Alice");
  const empty = await world.stranger("Nobody");

  expect(await empty.client.signIn("alice", "Alice has a long password")).toEqual({ ok: false, reason: "no-keys" });
});

test.each([
  [{ login: "a b" }, "login-malformed"],
  [{ login: "Alice" }, "handle-taken"],
  [{ name: "   " }, "name-malformed"],
  [{ password: "short" }, "password-short"],
] as const)("an account with %j is refused as %s, and the browser stays empty", async (wishes, reason) => {
  await using world = await World.create();
  await world.person("Alice");
  const carol = await world.stranger("Carol");
  const account = { login: "carol", name: "Carol", password: carol.password, keep: true, ...wishes };

  expect(await carol.client.createAccount(account)).toEqual({ ok: false, reason });
  expect(await carol.show({ view: "phase" })).toEqual({ phase: "empty" });
  expect(
    (await carol.client.createAccount({ ...account, login: "carol", name: "Carol", password: carol.password })).ok,
  ).toBe(true);
});

test("an invite-only relay wants an invite, and each one lets in as many as it says", async () => {
  await using world = await World.create({ registration: "invite" });
  const invite = await world.app.createInvite(1);
  const alice = await world.stranger("Alice");
  const account = { login: "alice", name: "Alice", password: alice.password, keep: true };

  expect(await alice.client.createAccount(account)).toEqual({ ok: false, reason: "invite" });
  expect((await alice.client.createAccount({ ...account, invite })).ok).toBe(true);
  const bob = await world.stranger("Bob");
  expect(await bob.client.createAccount({ ...account, login: "bob", invite })).toEqual({ ok: false, reason: "invite" });
});

test("a device that cannot store takes nothing from the relay, and everything once it can", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  bob.disk.isFull = true;
  await alice.say(bob, "one", "two");
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  await expect(bob.say(alice, "cannot be written")).rejects.toThrow();
  await bob.sees("offline", { view: "connection" }, ({ state }) => state !== "online");

  bob.disk.isFull = false;

  await world.clock.passing(() => bob.hears(alice, "one", "two"));
  expect((await bob.rows(alice)).some((row) => row.kind === "text" && row.isMine)).toBe(false);
});

test("a device that is nearly full lets no message go, however often it fails", async () => {
  await using world = await World.create();
  let isNearlyFull = false;
  const [alice, bob] = await world.friends("Alice", "Bob", {
    disturbStore: (store) => ({
      ...store,
      async commit(commit) {
        const isLarge = commit.put?.some(({ table }) => table === "messages") ?? false;
        if (isNearlyFull && isLarge) throw new Error("the disk is full");
        return store.commit(commit);
      },
    }),
  });
  await alice.say(bob, "one");
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  await bob.hears(alice, "one");
  await alice.say(bob, "two");
  isNearlyFull = true;
  await world.clock.passing(() =>
    bob.sees("a failing connection", { view: "connection" }, ({ state }) => state === "offline"),
  );
  for (let n = 0; n < 40; n++) {
    world.clock.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }

  isNearlyFull = false;
  await world.clock.passing(() => bob.hears(alice, "one", "two"));
});

test("erasing leaves an empty browser", async () => {
  await using world = await World.create();
  const [alice] = await world.friends();
  await alice.client.eraseDevice();

  expect(await alice.show({ view: "phase" })).toEqual({ phase: "empty" });
  expect([...alice.disk.tables.values()].reduce((sum, rows) => sum + rows.size, 0)).toBe(0);
});

test("locking by hand lasts over a restart, and the password brings the kept mode back", async () => {
  await using world = await World.create();
  const [alice] = await world.friends();
  await alice.client.lock();
  await alice.quit();
  await alice.open();
  expect(await alice.show({ view: "phase" })).toEqual({ phase: "locked" });

  await alice.client.unlock(alice.password);
  expect((await alice.show({ view: "me" }))?.isKept).toBe(true);
  await alice.quit();
  await alice.open();
  expect(await alice.show({ view: "phase" })).toEqual({ phase: "open" });
});

test.each(["request", "answer"] as const)("a registration whose %s is lost is settled", async (lost) => {
  await using world = await World.create();
  const lossy = (relay: Relay): Relay => ({
    ...relay,
    async request(name, body, token) {
      if (name !== "finishRegistration") return relay.request(name, body, token);
      if (lost === "answer") await relay.request(name, body, token);
      return { ok: false, reason: "unreachable" };
    },
  });
  const alice = await world.stranger("Alice", { disturb: lossy });
  const { password } = alice;

  const made = await alice.client.createAccount({ login: "alice", name: "Alice", password, keep: true });

  if (lost === "answer") {
    expect(made.ok).toBe(true);
    await alice.isOnline();
  } else {
    expect(made).toEqual({ ok: false, reason: "unreachable" });
    expect(await alice.show({ view: "phase" })).toEqual({ phase: "empty" });
  }
});

test("a new name reaches the people who know us", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.say(bob, "hello");
  await bob.hears(alice, "hello");
  const contact = await bob.contact(alice);

  await alice.client.rename("Alice Liddell");

  await bob.sees("the new name", { view: "contact", contact }, (details) => details?.name === "Alice Liddell");
});

test.each([true, false])("a client that was closed has nothing left to do (kept open: %s)", async (keep) => {
  await using world = await World.create();
  const due = new Set<object>();
  const alice = await world.stranger("Alice", {
    disturbClock: (clock) => ({
      nowMs: () => clock.nowMs(),
      after(ms, callback) {
        const timer = {};
        due.add(timer);
        const cancel = clock.after(ms, () => {
          due.delete(timer);
          callback();
        });
        return () => {
          due.delete(timer);
          cancel();
        };
      },
    }),
  });
  await alice.join({ keep });
  expect(due.size).toBeGreaterThan(0);

  await alice.quit();

  expect(due.size).toBe(0);
});
