import { DAY_MS } from "@tacit/shared/limits";
import { refused } from "@tacit/shared/result";
import type { AnswerOf } from "@tacit/shared/routes";
import type { Relay, Routes } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { account, isSaved } from "./saved.ts";
import { World } from "./world.ts";

type Turn = PromiseWithResolvers<void>;

test("who has lost every device comes back by password and recovery key: the same person, for everybody", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.say(bob, "before the fall");
  await bob.hears(alice, "before the fall");
  await alice.client.setVerified(await alice.contact(bob), true);
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const before = await alice.show({ view: "me" });
  await alice.quit();
  await bob.say(alice, "while you had no device");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);

  const again = await world.stranger("Alice");
  expect(await again.client.recover(account(alice, words))).toEqual({ ok: true, value: undefined });
  await world.clock.passing(() => again.isOnline());

  expect(await again.show({ view: "me" })).toEqual(before);
  const [row] = await again.show({ view: "conversations" });
  expect(row).toMatchObject({ name: "Bob", isVerified: true, status: "accepted" });
  await world.clock.passing(() => again.hears(bob, "while you had no device"));
  await again.say(bob, "here I am again");
  await bob.hears(alice, "before the fall", "here I am again");
  await bob.say(alice, "welcome back");
  await again.hears(bob, "while you had no device", "welcome back");
  const rows = await bob.rows(alice);
  expect(rows.filter((one) => one.kind === "notice").map(({ notice }) => notice)).toEqual(["accepted", "new-device"]);
  expect((await bob.show({ view: "contact", contact: await bob.contact(alice) }))?.hold).toBeUndefined();
});

test("a password that is changed while the first vault since a recovery is on its way opens the vault", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  await alice.quit();
  const [held, released, arrived] = [1, 2, 3].map(() => Promise.withResolvers<void>()) as [Turn, Turn, Turn];
  const slow = (relay: Relay): Relay => ({
    ...relay,
    request: async (name, body, token) => {
      if (name !== "putRecovery") return relay.request(name, body, token);
      held.resolve();
      await released.promise;
      const answer = await relay.request(name, body, token);
      arrived.resolve();
      return answer;
    },
  });
  const again = await world.stranger("Alice", { disturb: slow });
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);
  await world.clock.passing(() => held.promise);

  expect((await again.client.changePassword(alice.password, "a later password")).ok).toBe(true);
  released.resolve();
  await arrived.promise;
  await again.quit();

  const third = await world.stranger("Alice");
  expect(await third.client.recover(account(alice, words, "a later password"))).toEqual({ ok: true, value: undefined });
});

test("what waited for a lost device arrives when its sender hears of the new one from the relay first", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  await alice.quit();
  await bob.say(alice, "while you had no device");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  const mute = (relay: Relay): Relay => ({ ...relay, post: async () => ({ ok: false, reason: "unreachable" }) });
  const again = await world.stranger("Alice", { disturb: mute });
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);
  await world.clock.passing(() => again.isOnline());

  await bob.say(alice, "are you back?");

  await world.clock.passing(() => again.hears(bob, "are you back?", "while you had no device"));
  const rows = await bob.rows(alice);
  expect(rows.filter((one) => one.kind === "notice").map(({ notice }) => notice)).toEqual(["accepted", "new-device"]);
});

test("what waited for a lost device arrives also when its sender's clock has jumped by more than a mailbox keeps anything", async () => {
  await using world = await World.create();
  let aheadMs = 0;
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", {
    disturbClock: (clock) => ({ nowMs: () => clock.nowMs() + aheadMs, after: clock.after.bind(clock) }),
  });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  await alice.quit();
  await bob.say(alice, "while you had no device");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);

  aheadMs = 40 * DAY_MS;
  await world.settle(bob);
  const again = await world.stranger("Alice");
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);

  await world.clock.passing(() => again.hears(bob, "while you had no device"));
});

test("what a new device says while its clock is forty days behind is asked for once its list can be believed", async () => {
  await using world = await World.create();
  let aheadMs = -40 * DAY_MS;
  const alice = await world.person("Alice");
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const contact = await bob.contact(alice);
  await alice.quit();
  const again = await world.stranger("Alice", {
    disturbClock: (clock) => ({ nowMs: () => clock.nowMs() + aheadMs, after: clock.after.bind(clock) }),
  });
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);
  await world.clock.passing(() => again.isOnline());
  await again.say(bob, "from a month ago");
  await world.clock.passing(() =>
    bob.sees("what cannot be believed yet", { view: "messages", contact, limit: 100 }, ({ rows }) =>
      rows.some((row) => row.kind === "unreadable" && !row.isAsked),
    ),
  );

  aheadMs = 0;
  await world.settle(again);

  await world.clock.passing(() => bob.hears(again, "from a month ago"));
  const rows = await bob.rows(again);
  expect(rows.filter((one) => one.kind === "unreadable" || one.kind === "missing")).toEqual([]);
});

test("a new device takes the place of one that signed its list anew in the meantime", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends("Alice", "Bob");
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  let isCutOff = true;
  const again = await world.stranger("Alice", {
    disturb: (relay) => ({
      ...relay,
      request: async (name, ...rest) =>
        isCutOff && name === "putDeviceList" ? refused("unreachable") : relay.request(name, ...rest),
    }),
  });
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);

  for (let week = 0; week < 2; week++) {
    world.clock.advance(8 * DAY_MS);
    await world.settle(alice);
  }
  isCutOff = false;

  await world.clock.passing(() => again.isOnline());
  await again.say(bob, "from the new one");
  await world.clock.passing(() => bob.hears(again, "from the new one"));
});

test("the device that was replaced is signed out and sends nothing more", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();

  const again = await world.stranger("Alice");
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);
  await world.clock.passing(() => again.isOnline());

  await alice.sees("that it is signed out", { view: "phase" }, ({ phase }) => phase === "signed-out");
  await alice.say(bob, "from the old device");
  await again.say(bob, "from the new device");
  await bob.hears(again, "from the new device");
});

test("every wrong way to come back is said, and leaves the browser empty", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  await isSaved(world, bob);
  const [words, others] = [await alice.client.recoveryWords(), await bob.client.recoveryWords()];
  const again = await world.stranger("Alice");
  const ways = [
    [account(alice, words, "surely not the password"), "wrong-password"],
    [account(alice, words.replace(/^\S+/, "zebraa")), "malformed-words"],
    [account(alice, others), "wrong-key"],
    [{ ...account(alice, words), login: "nobody" }, "wrong-password"],
  ] as const;

  for (const [way, reason] of ways) {
    expect(await again.client.recover(way)).toEqual({ ok: false, reason });
    expect(await again.show({ view: "phase" })).toEqual({ phase: "empty" });
    expect(again.disk.tables.get("meta")?.size ?? 0).toBe(0);
  }
  expect(await alice.client.recover(account(alice, words))).toEqual({ ok: false, reason: "not-empty" });
  await alice.say(bob, "nothing was changed");
  await bob.hears(alice, "nothing was changed");
});

test("a recovery that breaks off anywhere goes on with the next start", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  await alice.quit();
  let broken: string | undefined = "putDeviceList";
  const breaking = (relay: Relay): Relay => ({
    ...relay,
    request: async (name, body, token) =>
      name === broken ? { ok: false, reason: "unreachable" } : relay.request(name, body, token),
  });
  const again = await world.stranger("Alice", { disturb: breaking });
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);

  for (const route of ["putPreKeys", "putDeliveryKeys", undefined]) {
    await again.sees("no connection", { view: "connection" }, ({ state }) => state === "offline");
    await again.quit();
    broken = route;
    await again.open();
  }

  await world.clock.passing(() => again.isOnline());
  await again.say(bob, "at last");
  await bob.hears(again, "at last");
});

test("a recovery whose device fails in the middle is over, and what was said since is not wiped by another", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  await alice.quit();
  let isBroken = false;
  const again = await world.stranger("Alice", {
    // The commit that keeps the token: everything else is written by then.
    disturbStore: (store) => ({
      ...store,
      commit: async (commit) => {
        const isFirst = commit.put?.some(({ table }) => table === "contacts") === true;
        if (isBroken && !isFirst) throw new Error("could not store: the disk is full");
        return store.commit(commit);
      },
    }),
  });
  isBroken = true;
  await expect(again.client.recover(account(alice, words))).rejects.toThrow("could not store");
  isBroken = false;
  expect((await again.show({ view: "phase" })).phase).toBe("signed-out");
  await again.say(bob, "not yet signed in");

  expect(await again.client.recover(account(alice, words))).toEqual({ ok: false, reason: "not-empty" });
  expect((await again.client.signIn("alice", alice.password)).ok).toBe(true);

  await world.clock.passing(() => bob.hears(alice, "not yet signed in"));
});

test("a relay that gives back an old vault is found out by what a contact heard since", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const old: AnswerOf<Routes["fetchRecovery"]>[] = [];
  const keep = async () => {
    const spy = await world.stranger("Alice", {
      disturb: (relay) => ({
        ...relay,
        async request(name, body, token) {
          const answer = await relay.request(name, body, token);
          if (name === "fetchRecovery" && answer.ok) old.push(answer.value as AnswerOf<Routes["fetchRecovery"]>);
          // What it learns is all that it wants: nothing is changed at the relay.
          return name === "issueToken" ? { ok: false, reason: "unreachable" } : answer;
        },
      }),
    });
    await spy.client.recover(account(alice, words));
  };
  await keep();
  for (let n = 0; n < 2; n++) {
    await alice.card();
    await isSaved(world, alice);
  }
  await alice.say(bob, "the vault is newer now");
  await bob.hears(alice, "the vault is newer now");
  // His receipt says it as well.
  await world.clock.passing(() => alice.marks(bob, "the vault is newer now", "delivered"));
  await alice.quit();

  const again = await world.stranger("Alice", {
    disturb: (relay) => ({
      ...relay,
      async request(name, body, token) {
        const answer = await relay.request(name, body, token);
        return name === "fetchRecovery" && old[0] !== undefined ? { ok: true, value: old[0] as never } : answer;
      },
    }),
  });
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);
  await world.clock.passing(() => again.isOnline());
  expect((await again.show({ view: "recovery" }))?.isOlder).toBe(false);
  await again.say(bob, "I am back");
  await bob.hears(alice, "the vault is newer now", "I am back");
  await bob.say(again, "so you are");

  await world.clock.passing(() => again.sees("the alarm", { view: "recovery" }, (view) => view?.isOlder === true));
});
