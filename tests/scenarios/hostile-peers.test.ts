import type { DeliveryKey, EnvelopeId } from "@tacit/shared/ids";
import { ok } from "@tacit/shared/result";
import { fromLink } from "@tacit/shared/wire/card";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { insteadOf } from "./forging.ts";
import type { Person } from "./person.ts";
import { World } from "./world.ts";

async function reusableKey(person: Person): Promise<DeliveryKey> {
  const card = fromLink(await person.card(false));
  if (!card.ok) throw new Error("no card");
  return card.value.key;
}

test("a relay that always wants other devices gets pauses, and nothing is lost", async () => {
  await using world = await World.create();
  let isHostile = false;
  let bundles = 0;
  const picky = (relay: Relay): Relay => ({
    ...relay,
    post: async (posts) =>
      isHostile
        ? ok(posts.map(() => ({ status: "devices" as const, missing: [], extra: [], stale: [] })))
        : relay.post(posts),
    bundle(request) {
      bundles += 1;
      return relay.bundle(request);
    },
  });
  const [alice, bob] = await world.friends("Alice", "Bob", { disturb: picky });

  isHostile = true;
  bundles = 0;
  await alice.say(bob, "patience");
  await alice.sees("a bundle", { view: "connection" }, () => bundles > 0);
  // The clock stands still, so a pause does not end: a client without one would ask on and on.
  for (let n = 0; n < 2_000; n++) await new Promise((resolve) => setImmediate(resolve));
  expect(bundles).toBeLessThan(6);

  isHostile = false;
  await world.clock.passing(() => bob.hears(alice, "patience"));
});

test("whoever holds another key now does not get what was sent to the one before", async () => {
  await using world = await World.create();
  const sent: EnvelopeId[] = [];
  let redirect: DeliveryKey | undefined;
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", {
    disturb: (relay) => ({
      ...relay,
      bundle: (request) => relay.bundle({ ...request, key: redirect ?? request.key }),
      post(posts) {
        if (redirect === undefined) sent.push(...posts.flatMap((post) => post.envelopes.map(({ id }) => id)));
        return relay.post(posts.map((post) => ({ ...post, key: redirect ?? post.key })));
      },
    }),
  });
  // Whoever runs the relay knows the ids of envelopes, and may hold the other key.
  const thief = await world.person("Thief", {
    disturbKeys: insteadOf((body) =>
      "text" in body && body.text === "resend!" ? { type: "resend", envelopes: sent } : body,
    ),
  });
  const contact = await bob.add(await alice.card());
  await bob.say(alice, "for the first Alice");
  await alice.hears(bob, "for the first Alice");

  redirect = await reusableKey(thief);
  await bob.client.block(contact);
  await bob.client.unblock(contact);
  await bob.sees(
    "a hold",
    { view: "contact", contact },
    (details) => details?.hold !== undefined,
    () => {},
  );
  await bob.client.acceptNewKey(contact);
  await bob.client.sendText(contact, "for whoever it is now");
  await thief.hears(bob, "for whoever it is now");
  await thief.client.accept(await thief.contact(bob));
  await thief.say(bob, "resend!", "that was all");
  await bob.hears(thief, "that was all");
  await bob.client.sendText(contact, "and that is the end");

  await thief.hears(bob, "for whoever it is now", "and that is the end");
});

test("a receipt for messages that were not sent to its author changes nothing", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const ids: string[] = [];
  const carol = await world.person("Carol");
  await carol.add(await alice.card());
  await alice.client.accept(await alice.contact(carol));
  const toCarol = await alice.contact(carol);
  await carol.quit();
  const written = await alice.client.sendText(toCarol, "for Carol");
  if (written.ok) ids.push(written.value);
  const mallory = await world.person("Mallory", {
    disturbKeys: insteadOf((body) =>
      "text" in body && body.text === "receipt!" ? { type: "receipt", state: "read", messages: ids } : body,
    ),
  });
  await mallory.add(await alice.card());
  await alice.client.accept(await alice.contact(mallory));

  await mallory.say(alice, "receipt!", "after the receipt");
  await alice.hears(mallory, "after the receipt");

  expect(await alice.rows(carol)).toContainEqual(expect.objectContaining({ text: "for Carol", mark: "sent" }));
});

test("content that this version does not know is kept and said, not dropped", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", {
    disturbKeys: insteadOf((body) => (body.type === "text" ? { type: "hologram", light: 7 } : body)),
  });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await bob.say(alice, "a hologram");

  const contact = await alice.contact(bob);
  await alice.sees("something newer", { view: "messages", contact, limit: 10 }, ({ rows }) =>
    rows.some(({ kind }) => kind === "newer"),
  );
});

test("an envelope that a defect of ours keeps from being read is let go at the third attempt", async () => {
  await using world = await World.create();
  let isBroken = false;
  const [alice, bob] = await world.friends("Alice", "Bob", {
    disturbKeys: (keyholder) => ({
      ...keyholder,
      decrypt: (request) => (isBroken ? Promise.reject(new TypeError("a defect")) : keyholder.decrypt(request)),
    }),
  });
  await alice.say(bob, "one");
  await bob.hears(alice, "one");
  isBroken = true;
  await alice.say(bob, "never read");
  await world.clock.passing(() =>
    alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0),
  );
  await bob.sees("no connection", { view: "connection" }, ({ state }) => state !== "online");
  await world.clock.passing(() => bob.isOnline());

  isBroken = false;
  await alice.say(bob, "two");

  await world.clock.passing(() => bob.hears(alice, "one", "two"));
});
