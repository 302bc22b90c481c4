import { sha256 } from "@tacit/crypto/digest";
import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { DeliveryKey, DeliveryKeyHash } from "@tacit/shared/ids";
import { MAX_CONTENT_BYTES } from "@tacit/shared/limits";
import { fromLink } from "@tacit/shared/wire/card";
import type { DeliveryKeySet } from "@tacit/shared/wire/delivery-keys";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { comeAsCrowd } from "./crowd.ts";
import { Cut } from "./cut.ts";
import { World } from "./world.ts";

/** A client that comes by a card and does not say by which. */
function unnamed(keyholder: Keyholder): Keyholder {
  const hide = (content: Bytes) => {
    const decoded = decode(content, MAX_CONTENT_BYTES);
    const value = (decoded.ok ? decoded.value : {}) as { readonly introduction?: object };
    return value.introduction
      ? encode({ ...value, introduction: { ...value.introduction, card: undefined } })
      : content;
  };
  return {
    ...keyholder,
    encrypt: (request) => keyholder.encrypt({ ...request, contents: request.contents.map(hide) }),
  };
}

function keyOf(link: string): DeliveryKey {
  const card = fromLink(link);
  if (!card.ok) throw new Error("no card");
  return card.value.key;
}

/** A client whose key set names somebody else's hash among its own. */
function squatting(hash: () => DeliveryKeyHash | undefined) {
  return (relay: Relay): Relay => ({
    ...relay,
    request(name, body, token) {
      const foreign = hash();
      if (name !== "putDeliveryKeys" || foreign === undefined) return relay.request(name, body, token);
      const set = body as DeliveryKeySet;
      return relay.request(name, { ...set, contact: [foreign, ...set.contact.slice(1)] } as typeof body, token);
    },
  });
}

test("who came by a one-time card that they never name is shut out by blocking", async () => {
  await using world = await World.create();
  const [alice, bob] = [await world.person("Alice"), await world.person("Bob", { disturbKeys: unnamed })];
  const contact = await bob.add(await alice.card());

  await alice.client.block(await alice.contact(bob));
  await world.settle(alice);
  await bob.client.sendText(contact, "still here");

  await bob.sees("that it was not sent", { view: "messages", contact, limit: 10 }, ({ rows }) =>
    rows.some((row) => row.kind === "text" && row.failure === "gone"),
  );
  expect((await alice.show({ view: "cards" }))[0]?.isUsed).toBe(true);
});

test("who is unblocked before it is known which cards are used takes nobody else's back", async () => {
  const cut = new Cut();
  await using world = await World.create();
  const alice = await world.person("Alice", { disturb: cut.disturb });
  const mallory = await world.person("Mallory", { disturbKeys: unnamed });
  const carol = await world.person("Carol");
  await mallory.add(await alice.card());
  const known = await alice.contact(mallory);
  const link = await alice.card();
  await alice.quit();
  cut.isCut = true;
  await alice.open();
  await alice.client.block(known);
  await alice.client.unblock(known);
  const contact = await carol.add(link);
  await carol.client.sendText(contact, "one");
  await carol.marks(alice, "one", "sent");
  await alice.quit();
  cut.isCut = false;

  await alice.open();
  await alice.hears(carol, "one");
  await carol.client.sendText(contact, "two");

  await alice.hears(carol, "one", "two");
});

test("who claimed a card cannot make its owner's keys their own", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const link = await alice.card();
  let squatted: DeliveryKeyHash | undefined;
  const mallory = await world.person("Mallory", { disturbKeys: unnamed, disturb: squatting(() => squatted) });
  const contact = await mallory.add(link);
  const known = await alice.contact(mallory);
  squatted = sha256(keyOf(link)) as DeliveryKeyHash;
  await mallory.client.revokeCard((await mallory.client.createCard({ label: "any", isOnce: false })).id);
  await world.settle(mallory);

  await alice.client.block(known);
  await world.settle(alice);
  await mallory.client.sendText(contact, "still here");

  await mallory.sees("that it was not sent", { view: "messages", contact, limit: 10 }, ({ rows }) =>
    rows.some((row) => row.kind === "text" && row.failure === "gone"),
  );
  expect((await alice.show({ view: "connection" })).state).toBe("online");
});

test("what the code of a card says is not told to whoever has another key now, and makes nobody verified", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const { qr } = await alice.client.createCard({ label: "at the fair", isOnce: true });
  let overheard: object | undefined;
  const mallory = await world.person("Mallory", {
    disturbKeys: (keyholder) => ({
      ...keyholder,
      async decrypt(request) {
        const decrypted = await keyholder.decrypt(request);
        if (decrypted.ok) overheard = introductionOf(decrypted.value.content);
        return decrypted;
      },
      encrypt: (request) =>
        keyholder.encrypt({ ...request, contents: request.contents.map((content) => namingCard(content, overheard)) }),
    }),
  });
  const theirs = keyOf(await mallory.card(false));
  const bob = await world.person("Bob", {
    disturb: (relay) => ({
      ...relay,
      bundle: (request) => relay.bundle({ ...request, key: theirs }),
      post: (posts) => relay.post(posts.map((post) => ({ ...post, key: theirs }))),
    }),
  });
  const contact = await bob.add(qr, "qr");
  await bob.sees("a hold", { view: "contact", contact }, (details) => details?.hold !== undefined);
  await bob.client.acceptNewKey(contact);
  await mallory.contact(bob);

  await mallory.add(await alice.card(false));

  const details = await alice.show({ view: "contact", contact: await alice.contact(mallory) });
  expect(overheard).toBeDefined();
  expect(details?.verifiedAtMs).toBeUndefined();
  expect((await alice.show({ view: "cards" })).find(({ label }) => label === "at the fair")?.isUsed).toBe(false);
});

function introductionOf(content: Bytes): object | undefined {
  const decoded = decode(content, MAX_CONTENT_BYTES);
  return decoded.ok ? (decoded.value as { readonly introduction?: object }).introduction : undefined;
}

/** The same Content, with what another introduction says of the card. */
function namingCard(content: Bytes, other: object | undefined): Bytes {
  const decoded = decode(content, MAX_CONTENT_BYTES);
  const value = (decoded.ok ? decoded.value : {}) as { readonly introduction?: object };
  if (value.introduction === undefined || other === undefined) return content;
  const { card, cardProof } = other as { readonly card?: unknown; readonly cardProof?: unknown };
  return encode({ ...value, introduction: { ...value.introduction, card, cardProof } });
}

test("a card that was taken back stays taken back, whoever registers its key", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const made = await alice.client.createCard({ label: "taken back", isOnce: false });
  await alice.client.revokeCard(made.id);
  await world.settle(alice);
  let squatted: DeliveryKeyHash | undefined;
  const mallory = await world.person("Mallory", { disturb: squatting(() => squatted) });
  squatted = sha256(keyOf(made.link)) as DeliveryKeyHash;
  await mallory.client.revokeCard((await mallory.client.createCard({ label: "any", isOnce: false })).id);
  await world.settle(mallory);

  const erin = await world.person("Erin");
  expect(await erin.client.addContact(made.link, "link")).toEqual({ ok: false, reason: "revoked" });
  const unheard = (relay: Relay): Relay => ({ ...relay, claim: async () => ({ ok: false, reason: "unreachable" }) });
  const bob = await world.person("Bob", { disturb: unheard });
  const contact = await bob.add(made.link);
  await bob.client.sendText(contact, "to Alice?");

  await bob.sees("that it was not sent", { view: "messages", contact, limit: 10 }, ({ rows }) =>
    rows.some((row) => row.kind === "text" && row.failure === "gone"),
  );
  expect((await bob.show({ view: "contact", contact }))?.hold).toBeUndefined();
});

test("a crowd that comes by a card does not keep somebody away who was given one of their own", async () => {
  await using world = await World.create();
  const [alice, bob, carol] = [await world.person("Alice"), await world.person("Bob"), await world.person("Carol")];
  const own = await alice.client.createCard({ label: "for Bob", isOnce: true });
  const other = await alice.client.createCard({ label: "for Carol", isOnce: true });
  await world.settle(alice);
  await comeAsCrowd(world, await alice.card(false), 200, (said) =>
    alice.sees(`${said} requests`, { view: "conversations" }, (rows) => rows.length >= said),
  );

  await bob.add(own.qr, "qr");
  const details = await alice.show({ view: "contact", contact: await alice.contact(bob) });
  expect(details?.verifiedAtMs).toBeDefined();

  // The relay tells Alice that the card was used before it hands over what Carol says.
  await alice.quit();
  const contact = await carol.add(other.link);
  await carol.client.sendText(contact, "it is me");
  await carol.marks(alice, "it is me", "sent");
  await alice.open();
  await alice.hears(carol, "it is me");
});
