import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import type { Person } from "./person.ts";
import { account, isSaved } from "./saved.ts";
import { World } from "./world.ts";

/** What is saved from now on is there by that password, on an empty device. */
async function comesBackBy(world: World, person: Person, words: string, password: string): Promise<void> {
  await person.client.rename("Alice the second");
  await isSaved(world, person);
  await person.quit();
  const again = await world.stranger(person.name);
  expect((await again.client.recover(account(person, words, password))).ok).toBe(true);
  expect((await again.show({ view: "me" }))?.name).toBe("Alice the second");
}

test("a new password opens the account and the vault, and the old one nothing", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const after = "another long password";

  expect(await alice.client.changePassword("surely not it", after)).toEqual({ ok: false, reason: "wrong-password" });
  expect(await alice.client.changePassword(alice.password, "short")).toEqual({ ok: false, reason: "password-short" });
  expect(await alice.client.changePassword(alice.password, after)).toEqual({ ok: true, value: undefined });

  await alice.client.lock();
  expect(await alice.client.unlock(alice.password)).toEqual({ ok: false, reason: "wrong-password" });
  expect((await alice.client.unlock(after)).ok).toBe(true);
  await alice.isOnline();
  await alice.say(bob, "still here");
  await bob.hears(alice, "still here");
  await alice.quit();
  const again = await world.stranger("Alice");
  expect(await again.client.recover(account(alice, words))).toEqual({ ok: false, reason: "wrong-password" });
  expect((await again.client.recover(account(alice, words, after))).ok).toBe(true);
});

test.each(["request", "answer"] as const)("a change of password whose %s is lost locks nobody out", async (lost) => {
  await using world = await World.create();
  let isCut = false;
  const cut = (relay: Relay): Relay => ({
    ...relay,
    async request(name, body, token) {
      if (isCut) return { ok: false, reason: "unreachable" };
      if (name !== "finishPasswordChange") return relay.request(name, body, token);
      if (lost === "answer") await relay.request(name, body, token);
      isCut = true;
      return { ok: false, reason: "unreachable" };
    },
  });
  const alice = await world.person("Alice", { disturb: cut });
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const after = "another long password";

  expect(await alice.client.changePassword(alice.password, after)).toEqual({ ok: false, reason: "unsettled" });
  expect((await alice.client.setKept(alice.password, false)).ok).toBe(true);
  await alice.client.lock();
  // While nobody knows, both open this device.
  expect((await alice.client.unlock(after)).ok).toBe(true);
  await alice.client.lock();
  expect((await alice.client.unlock(alice.password)).ok).toBe(true);
  isCut = false;
  await alice.client.lock();
  const [right, wrong] = lost === "answer" ? [after, alice.password] : [alice.password, after];
  expect((await alice.client.unlock(wrong)).ok).toBe(true);

  await alice.client.lock();
  expect(await alice.client.unlock(wrong)).toEqual({ ok: false, reason: "wrong-password" });
  expect((await alice.client.unlock(right)).ok).toBe(true);
  await comesBackBy(world, alice, words, right);
});

test("a change of password that the relay is still at when the client waits no longer counts, as it does where it was lost", async () => {
  await using world = await World.create();
  const held = Promise.withResolvers<void>();
  let requests = 0;
  const slow = (relay: Relay): Relay => ({
    ...relay,
    async request(name, body, token) {
      if (name === "finishPasswordChange") requests += 1;
      // Given up, and done once somebody logs in or asks again.
      if (name === "finishPasswordChange" && requests === 1) {
        void held.promise.then(() => relay.request(name, body, token));
        return { ok: false, reason: "unreachable" };
      }
      const answer = await relay.request(name, body, token);
      if (requests > 0) held.resolve();
      return answer;
    },
  });
  const alice = await world.person("Alice", { disturb: slow });
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const after = "another long password";

  expect((await alice.client.changePassword(alice.password, after)).ok).toBe(true);

  await comesBackBy(world, alice, words, after);
});

test("a change of password that the browser sent twice, to a relay that fell over in between, counts", async () => {
  await using world = await World.create();
  const forgetting = (relay: Relay): Relay => ({
    ...relay,
    async request(name, body, token) {
      const answer = await relay.request(name, body, token);
      return name === "finishPasswordChange" ? { ok: false, reason: "unauthorized" } : answer;
    },
  });
  const alice = await world.person("Alice", { disturb: forgetting });
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const after = "another long password";

  expect(await alice.client.changePassword(alice.password, after)).toEqual({ ok: true, value: undefined });

  await comesBackBy(world, alice, words, after);
});

test("who gives the same password again, and loses the request, still comes back by it", async () => {
  await using world = await World.create();
  const losing = (relay: Relay): Relay => ({
    ...relay,
    request: async (name, body, token) =>
      name === "finishPasswordChange" ? { ok: false, reason: "unreachable" } : relay.request(name, body, token),
  });
  const alice = await world.person("Alice", { disturb: losing });
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();

  await alice.client.changePassword(alice.password, alice.password);

  await comesBackBy(world, alice, words, alice.password);
});

test("a password that is changed twice at once, in two tabs, opens the vault", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  const after = "another long password";

  const changes = await Promise.all([1, 2].map(() => alice.client.changePassword(alice.password, after)));

  expect(changes.map(({ ok }) => ok).sort()).toEqual([false, true]);
  await comesBackBy(world, alice, words, after);
});

test("two accounts that are made at once, in two tabs, are one, and the other is not begun", async () => {
  await using world = await World.create();
  const alice = await world.stranger("Alice");
  const { name, password } = alice;

  const made = await Promise.allSettled(
    ["alice", "another"].map((login) => alice.client.createAccount({ login, name, password, keep: true })),
  );

  expect(made.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  await alice.isOnline();
  expect((await alice.show({ view: "me" }))?.login).toBe("alice");
  const other = await world.stranger("Another");
  await other.join();
});

test.each(["before", "after"] as const)(
  "where the password %s a change that is not settled counts, the next change that fails leaves that one",
  async (counts) => {
    await using world = await World.create();
    let state: "whole" | "cut" | "refusing" = "whole";
    const disturb = (relay: Relay): Relay => ({
      ...relay,
      async request(name, body, token) {
        if (state === "cut") return { ok: false, reason: "unreachable" };
        if (name !== "finishPasswordChange") return relay.request(name, body, token);
        if (state === "refusing") return { ok: false, reason: "rate" };
        if (counts === "after") await relay.request(name, body, token);
        state = "cut";
        return { ok: false, reason: "unreachable" };
      },
    });
    const alice = await world.person("Alice", { disturb });
    await isSaved(world, alice);
    const words = await alice.client.recoveryWords();
    const after = "another long password";
    expect(await alice.client.changePassword(alice.password, after)).toEqual({ ok: false, reason: "unsettled" });
    state = "refusing";
    const right = counts === "after" ? after : alice.password;

    expect(await alice.client.changePassword(right, "a third long password")).toEqual({ ok: false, reason: "rate" });

    await alice.client.rename("Alice the second");
    await isSaved(world, alice);
    await alice.client.lock();
    expect((await alice.client.unlock(right)).ok).toBe(true);
    await alice.quit();
    const again = await world.stranger("Alice");
    expect((await again.client.recover(account(alice, words, right))).ok).toBe(true);
    expect((await again.show({ view: "me" }))?.name).toBe("Alice the second");
  },
);

test.each([
  ["finishLogin", "wrong-password"],
  ["issueToken", "unauthorized"],
] as const)(
  "a new account whose answer is lost stays where a relay that fell over refuses %s",
  async (refusing, reason) => {
    await using world = await World.create();
    let isFalling = true;
    const falling = (relay: Relay): Relay => ({
      ...relay,
      async request(name, body, token) {
        const answer = await relay.request(name, body, token);
        if (isFalling && name === "finishRegistration") return { ok: false, reason: "unreachable" };
        return isFalling && name === refusing ? { ok: false, reason } : answer;
      },
    });
    const alice = await world.stranger("Alice", { disturb: falling });
    const { name, password } = alice;

    const made = await alice.client.createAccount({ login: "alice", name, password, keep: true });
    expect(made).toEqual({ ok: false, reason: "unreachable" });
    expect(await alice.client.signIn("alice", password)).toEqual({ ok: false, reason: "unreachable" });

    isFalling = false;
    expect((await alice.client.signIn("alice", password)).ok).toBe(true);
    await alice.isOnline();
  },
);

test("a new account that the browser asked for twice, of a relay that fell over in between, is there", async () => {
  await using world = await World.create();
  const forgetting = (relay: Relay): Relay => ({
    ...relay,
    async request(name, body, token) {
      const answer = await relay.request(name, body, token);
      return name === "finishRegistration" ? { ok: false, reason: "handle-taken" } : answer;
    },
  });
  const alice = await world.stranger("Alice", { disturb: forgetting });

  await alice.join();

  await alice.quit();
  await alice.open();
  await alice.isOnline();
});

test.each([
  ["request", "unreachable"],
  ["answer", "unreachable"],
  ["answer", "unauthorized"],
] as const)("a deletion whose %s is lost (%s) is done here as it is there", async (lost, reason) => {
  await using world = await World.create();
  const losing = (relay: Relay): Relay => ({
    ...relay,
    async request(name, body, token) {
      if (name !== "deleteAccount") return relay.request(name, body, token);
      if (lost === "answer") await relay.request(name, body, token);
      return { ok: false, reason };
    },
  });
  const alice = await world.person("Alice", { disturb: losing });

  const deleted = await alice.client.deleteAccount(alice.password);

  expect(deleted).toEqual(lost === "answer" ? { ok: true, value: undefined } : { ok: false, reason: "unreachable" });
  expect((await alice.show({ view: "phase" })).phase).toBe(lost === "answer" ? "empty" : "open");
});

test("a deleted account is gone everywhere, and its handle is free", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();

  expect(await alice.client.deleteAccount("surely not it")).toEqual({ ok: false, reason: "wrong-password" });
  expect(await alice.client.deleteAccount(alice.password)).toEqual({ ok: true, value: undefined });

  expect(await alice.show({ view: "phase" })).toEqual({ phase: "empty" });
  await bob.say(alice, "are you there?");
  const contact = await bob.contact(alice);
  await bob.sees("a failed message", { view: "messages", contact, limit: 10 }, ({ rows }) =>
    rows.some((row) => row.kind === "text" && row.failure === "gone"),
  );
  await world.person("Alice");
});

test.each([
  ["a card", (again: Person) => again.card()],
  ["a new password", (again: Person) => again.client.changePassword(again.password, "another one, long enough")],
])("what somebody saved since they came back, such as %s, does not make what came back look old", async (_, change) => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await isSaved(world, alice);
  const words = await alice.client.recoveryWords();
  await alice.quit();
  const again = await world.stranger("Alice");
  expect((await again.client.recover(account(alice, words))).ok).toBe(true);
  await world.clock.passing(() => again.isOnline());

  await change(again);
  await isSaved(world, again);
  await again.say(bob, "I am back, with something new");
  await bob.hears(alice, "I am back, with something new");
  await bob.say(again, "so you are");
  await again.hears(bob, "so you are");

  expect((await again.show({ view: "recovery" }))?.isOlder).toBe(false);
});
