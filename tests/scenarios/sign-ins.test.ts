import { expect, test } from "vitest";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

/** Somebody signs in on another device and goes no further: a second token of the same account. */
async function signInElsewhere(world: World, alice: Person): Promise<Person> {
  await world.clock.passing(() =>
    alice.sees("a saved vault", { view: "recovery" }, (recovery) => recovery?.isBehind === false),
  );
  const words = await alice.client.recoveryWords();
  const elsewhere = await world.stranger("Alice", {
    deviceName: "Chrome · Android",
    disturb: (relay) => ({
      ...relay,
      request: async (name, body, token) =>
        name === "putDeviceList" ? { ok: false, reason: "unreachable" } : relay.request(name, body, token),
    }),
  });
  const login = { login: "alice", password: alice.password, words, keep: true };
  expect((await elsewhere.client.recover(login)).ok).toBe(true);
  return elsewhere;
}

test("an account sees where it is signed in, by names that the relay cannot read", async () => {
  await using world = await World.create();
  const bodies: unknown[] = [];
  const alice = await world.person("Alice", {
    deviceName: "Firefox · Linux",
    disturb: (relay) => ({
      ...relay,
      request(name, body, token) {
        bodies.push(body);
        return relay.request(name, body, token);
      },
    }),
  });
  await signInElsewhere(world, alice);

  const listed = await alice.client.listSignIns();

  const views = listed.ok ? listed.value : [];
  expect(views.map(({ name, isThis }) => ({ name, isThis }))).toEqual([
    { name: "Firefox · Linux", isThis: true },
    { name: "Chrome · Android", isThis: false },
  ]);
  const sent = bodies.map((body) => JSON.stringify(body)).join();
  expect(sent).toContain("alice");
  expect(sent).not.toContain("Firefox");
});

test("a sign-in that is ended elsewhere needs the password again, and nothing else is lost", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  const elsewhere = await signInElsewhere(world, alice);
  const [mine] = await listed(elsewhere);
  expect(mine?.isThis).toBe(true);
  const other = (await listed(elsewhere)).find(({ isThis }) => !isThis);

  expect(await elsewhere.client.endSignIns(other?.id)).toEqual({ ok: true, value: undefined });

  await world.clock.passing(() =>
    alice.sees("that it is signed out", { view: "phase" }, ({ phase }) => phase === "signed-out"),
  );
  await bob.say(alice, "are you there?");
  expect(await alice.client.listSignIns()).toEqual({ ok: false, reason: "signed-out" });
  expect((await alice.client.signIn("alice", alice.password)).ok).toBe(true);
  await alice.hears(bob, "are you there?");
});

test("all other sign-ins are ended at once, and this one goes on", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  const elsewhere = await signInElsewhere(world, alice);

  expect((await alice.client.endSignIns()).ok).toBe(true);

  expect(await listed(alice)).toHaveLength(1);
  expect(await elsewhere.client.listSignIns()).toEqual({ ok: false, reason: "signed-out" });
  await alice.say(bob, "still here");
  await bob.hears(alice, "still here");
});

async function listed(person: Person) {
  const answer = await person.client.listSignIns();
  if (!answer.ok) throw new Error(`the sign-ins could not be listed: ${answer.reason}`);
  return answer.value;
}
