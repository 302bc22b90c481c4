import type { BundleAnswer } from "@tacit/shared/events";
import { ok } from "@tacit/shared/result";
import { fromLink } from "@tacit/shared/wire/card";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { World } from "./world.ts";

test("a swapped identity key holds everything: nothing is sent until the person decides", async () => {
  await using world = await World.create();
  const [alice, mallory] = [await world.person("Alice"), await world.person("Mallory")];
  const malloryCard = fromLink(await mallory.card(false));
  if (!malloryCard.ok) throw new Error("no card");
  let isHostile = true;
  let posts = 0;
  const swap = (relay: Relay): Relay => ({
    ...relay,
    bundle: (request) =>
      // Everything in this bundle is consistent, but for whom it belongs to.
      relay.bundle(isHostile ? { ...request, key: malloryCard.value.key } : request),
    async post(all) {
      posts += all.length;
      return relay.post(all);
    },
  });
  const bob = await world.person("Bob", { disturb: swap });

  await bob.add(await alice.card());
  await bob.say(alice, "for Alice only");
  const contact = await bob.contact(alice);
  await bob.sees("a hold", { view: "contact", contact }, (details) => details?.hold !== undefined);

  expect(await bob.rows(alice)).toEqual([
    expect.objectContaining({ kind: "text", text: "for Alice only", mark: "waiting" }),
    expect.objectContaining({ kind: "notice", notice: "key-changed" }),
  ]);
  await bob.client.sendText(contact, "still waiting");
  expect((await bob.show({ view: "connection" })).waiting).toBe(3);
  expect(posts).toBe(0);
  expect(await mallory.show({ view: "conversations" })).toEqual([]);

  isHostile = false;
  await bob.client.tryAgain(contact);
  await alice.hears(bob, "for Alice only", "still waiting");
});

test("a person may go on with a new key: it is another identity, unverified", async () => {
  await using world = await World.create();
  const [alice, other] = [await world.person("Alice"), await world.person("Other")];
  const otherCard = fromLink(await other.card(false));
  if (!otherCard.ok) throw new Error("no card");
  const bob = await world.person("Bob", {
    disturb: (relay) => ({
      ...relay,
      bundle: (request) => relay.bundle({ ...request, key: otherCard.value.key }),
      post: (posts) => relay.post(posts.map((post) => ({ ...post, key: otherCard.value.key }))),
    }),
  });
  const contact = await bob.add(await alice.card());
  await bob.client.setVerified(contact, true);
  await bob.say(alice, "whoever you are");
  const held = await bob.sees("a hold", { view: "contact", contact }, (details) => details?.hold !== undefined);
  expect(held?.hold?.wasVerified).toBe(true);

  await bob.client.acceptNewKey(contact);

  await other.sees("a request", { view: "conversations" }, (rows) => rows.some(({ name }) => name === "Bob"));
  await other.hears(bob, "whoever you are");
  const details = await bob.show({ view: "contact", contact });
  expect(details?.verifiedAtMs).toBeUndefined();
  expect(details?.account).toBe((await other.show({ view: "me" }))?.account);
});

test("whoever has a new key hears nothing of what the one before wrote", async () => {
  await using world = await World.create();
  const [alice, other] = [await world.person("Alice"), await world.person("Other")];
  const otherCard = fromLink(await other.card(false));
  if (!otherCard.ok) throw new Error("no card");
  let [isSwapped, isAccepted] = [false, false];
  const swap = (relay: Relay): Relay => ({
    ...relay,
    bundle: (request) => relay.bundle(isSwapped ? { ...request, key: otherCard.value.key } : request),
    async post(all) {
      // Only a bundle that is fetched anew can bring another key.
      if (isSwapped && !isAccepted) return ok(all.map(() => ({ status: "refetch" as const })));
      return relay.post(isSwapped ? all.map((post) => ({ ...post, key: otherCard.value.key })) : all);
    },
  });
  const bob = await world.person("Bob", { disturb: swap });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("acceptance", { view: "contact", contact }, (details) => details?.status === "accepted");

  isSwapped = true;
  await alice.say(bob, "for which a receipt waits");
  const held = bob.sees("a hold", { view: "contact", contact }, (details) => details?.hold !== undefined);
  await world.clock.passing(() => held);
  expect((await bob.show({ view: "connection" })).waiting).toBe(1);
  isAccepted = true;
  await bob.client.acceptNewKey(contact);

  expect((await bob.show({ view: "connection" })).waiting).toBe(0);
  await bob.say(alice, "whoever you are");
  await other.sees("a request", { view: "conversations" }, (rows) => rows.some(({ name }) => name === "Bob"));
  await other.hears(bob, "whoever you are");
});

test("the digits of a new key end the hold for this key alone", async () => {
  await using world = await World.create();
  const [alice, other] = [await world.person("Alice"), await world.person("Other")];
  const otherCard = fromLink(await other.card(false));
  if (!otherCard.ok) throw new Error("no card");
  const known = Promise.withResolvers<void>();
  const bob = await world.person("Bob", {
    disturb: (relay) => ({
      ...relay,
      async bundle(request) {
        await known.promise;
        return relay.bundle({ ...request, key: otherCard.value.key });
      },
      post: (posts) => relay.post(posts.map((post) => ({ ...post, key: otherCard.value.key }))),
    }),
  });
  const contact = await bob.add(await alice.card());
  const before = await bob.client.safetyNumber(contact);
  known.resolve();
  await bob.say(alice, "once I know who you are");
  await bob.sees("a hold", { view: "contact", contact }, (details) => details?.hold !== undefined);

  expect(await bob.client.confirmDigits(contact, before.digits)).toBe(false);
  expect((await bob.show({ view: "contact", contact }))?.hold).toBeDefined();
  const { digits } = await bob.client.safetyNumber(contact);
  expect(digits).not.toBe(before.digits);
  expect(await bob.client.confirmDigits(contact, digits)).toBe(true);

  await other.hears(bob, "once I know who you are");
  const details = await bob.show({ view: "contact", contact });
  expect(details?.hold).toBeUndefined();
  expect(details?.verifiedAtMs).toBeDefined();
});

test("a card whose account does not belong to its key is refused before anything is sent", async () => {
  await using world = await World.create();
  const [alice, bob] = [await world.person("Alice"), await world.person("Bob")];
  const card = fromLink(await alice.card());
  const bobs = fromLink(await bob.card());
  if (!card.ok || !bobs.ok) throw new Error("no card");
  const { toLink } = await import("@tacit/shared/wire/card");

  const forged = toLink({ ...card.value, identityKey: bobs.value.identityKey });

  expect(await bob.client.addContact(forged, "link")).toEqual({ ok: false, reason: "forged" });
  expect(await bob.client.addContact(toLink(bobs.value), "link")).toEqual({ ok: false, reason: "own" });
  expect(await bob.client.addContact("https://example.org/#/add/AAAA", "link")).toEqual({
    ok: false,
    reason: "malformed",
  });
});

test("a ghost device in a bundle gets nothing", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const posted: number[] = [];
  const bob = await world.person("Bob", {
    disturb: (relay) => ({
      ...relay,
      async bundle(request) {
        const answer = await relay.bundle(request);
        return answer.ok ? ok(await addGhost(answer.value)) : answer;
      },
      post(posts) {
        posted.push(...posts.flatMap((post) => post.envelopes.map(({ deviceId }) => deviceId)));
        return relay.post(posts);
      },
    }),
  });

  await bob.add(await alice.card());
  await bob.say(alice, "to your one device");
  await alice.hears(bob, "to your one device");

  expect(new Set(posted)).toEqual(new Set([1]));
});

/** The relay repeats a listed device under the number of one that is not on the signed list. */
async function addGhost(answer: BundleAnswer): Promise<BundleAnswer> {
  const { decode, encode } = await import("@tacit/shared/codec");
  if (answer.status !== "ok") return answer;
  const decoded = decode(answer.bundle, 64 * 1024);
  if (!decoded.ok) throw new Error("the bundle does not decode");
  const bundle = decoded.value as { devices: { deviceId: number }[] };
  const [device] = bundle.devices;
  if (device === undefined) throw new Error("no device");
  return { status: "ok", bundle: encode({ ...bundle, devices: [...bundle.devices, { ...device, deviceId: 2 }] }) };
}
