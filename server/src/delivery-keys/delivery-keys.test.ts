import type { DeliveryKey, DeliveryKeyHash } from "@tacit/shared/ids";
import { CLAIM_TTL_MS, DAY_MS, HOUR_MS, MAX_CARD_KEYS, MAX_CONTACT_KEYS } from "@tacit/shared/limits";
import type { DeliveryKeySet } from "@tacit/shared/wire/delivery-keys";
import { expect, test } from "vitest";
import { hashOf, keySet } from "../testing/owner.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { RETIRED_MEMORY_MS } from "./store.ts";

const statusOf = async (stage: RelayStage, member: Member, key: DeliveryKey) =>
  (await stage.caller.ask("post", stage.compose(member, "durable", key))).status;

const newKey = (stage: RelayStage) => stage.random(32) as DeliveryKey;

async function put(stage: RelayStage, member: Member, set: DeliveryKeySet) {
  return (await stage.caller.call("putDeliveryKeys", set, member.token)).error?.error ?? "ok";
}

/** The whole answer to a set that is put. */
const tell = (stage: RelayStage, member: Member, set: DeliveryKeySet) =>
  stage.caller.ask("putDeliveryKeys", set, member.token);

async function claim(stage: RelayStage, card: DeliveryKey, claimant: DeliveryKey) {
  return (await stage.caller.ask("claim", { card, claimant: hashOf(claimant) })).status;
}

test("a new set replaces the whole old one: who is not in it any more posts nothing", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const key = newKey(stage);
  expect(await statusOf(stage, bob, bob.contactKey)).toBe("ok");

  expect(await put(stage, bob, keySet(stage.random, 2, { contact: [key] }))).toBe("ok");

  expect(await statusOf(stage, bob, bob.contactKey)).toBe("unknown-key");
  expect(await statusOf(stage, bob, bob.cardKey)).toBe("unknown-key");
  expect(await statusOf(stage, bob, key)).toBe("ok");
});

test("a version that is not higher is outdated, but for the very same set in any order", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const set = keySet(stage.random, 5, { contact: [newKey(stage)] });
  expect(await put(stage, bob, set)).toBe("ok");

  expect(await put(stage, bob, { ...set, contact: [...set.contact].reverse() })).toBe("ok");
  expect(await put(stage, bob, keySet(stage.random, 5, {}))).toBe("outdated");
  expect(await put(stage, bob, { ...set, version: 4 })).toBe("outdated");
  expect(await put(stage, bob, { ...set, version: 6 })).toBe("ok");
});

test("the classes have their limits", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const hashes = (count: number) => Array.from({ length: count }, () => stage.random(32) as DeliveryKeyHash);
  const full: DeliveryKeySet = {
    version: 2,
    contact: hashes(MAX_CONTACT_KEYS),
    card: hashes(MAX_CARD_KEYS),
    onceCard: hashes(MAX_CARD_KEYS),
  };

  expect(await put(stage, bob, { ...full, contact: hashes(MAX_CONTACT_KEYS + 64) })).toBe("malformed");
  expect(await put(stage, bob, { ...full, card: hashes(MAX_CARD_KEYS + 64) })).toBe("malformed");
  expect(await put(stage, bob, { ...full, onceCard: hashes(MAX_CARD_KEYS + 64) })).toBe("malformed");
  expect(await put(stage, bob, { ...full, card: hashes(63) })).toBe("malformed");
  expect(await put(stage, bob, full)).toBe("ok");
});

test("nobody takes another account's key over by naming it: the set is in force but for that key", async () => {
  await using stage = await RelayStage.start();
  const [bob, mallory] = [await stage.register("bob"), await stage.register("mallory")];
  const own = newKey(stage);
  const stolen = [bob.contactKey, bob.cardKey, bob.onceKey];
  const set = keySet(stage.random, 2, { contact: [...stolen, own] });

  for (let i = 0; i < 2; i++) {
    const { refused = [] } = await tell(stage, mallory, set);
    expect([...refused].sort(Buffer.compare)).toEqual(stolen.map(hashOf).sort(Buffer.compare));
  }

  expect(await statusOf(stage, bob, bob.contactKey)).toBe("ok");
  expect(await statusOf(stage, bob, bob.cardKey)).toBe("ok");
  expect(await claim(stage, bob.onceKey, newKey(stage))).toBe("ok");
  expect(await statusOf(stage, mallory, own)).toBe("ok");
});

test("a key that somebody else named first is refused alone, and its owner puts another in its place", async () => {
  await using stage = await RelayStage.start();
  const [bob, mallory] = [await stage.register("bob"), await stage.register("mallory")];
  const [early, good, fresh] = [newKey(stage), newKey(stage), newKey(stage)];
  await tell(stage, mallory, keySet(stage.random, 2, { card: [early] }));

  const answer = await tell(stage, bob, keySet(stage.random, 2, { contact: [good], card: [early] }));
  expect(answer).toEqual({ refused: [hashOf(early)] });
  expect(await statusOf(stage, bob, good)).toBe("ok");

  expect(await tell(stage, bob, keySet(stage.random, 3, { contact: [good], card: [fresh] }))).toEqual({});
  expect(await statusOf(stage, bob, fresh)).toBe("ok");
});

test("a set that names a key twice is malformed, and nothing of it is in force", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const key = newKey(stage);
  const set = keySet(stage.random, 2, { contact: [key] });
  const twice = { ...set, card: [...keySet(stage.random, 2, { card: [newKey(stage)] }).card.slice(1), hashOf(key)] };

  expect(await put(stage, bob, twice)).toBe("malformed");

  expect(await statusOf(stage, bob, key)).toBe("unknown-key");
  expect(await put(stage, bob, set)).toBe("ok");
});

test.each(["before", "after"])("who names a one-time card's hash %s claiming it takes nothing", async (when) => {
  await using stage = await RelayStage.start();
  const [bob, mallory] = [await stage.register("bob"), await stage.register("mallory")];
  const claimant = newKey(stage);
  const card = hashOf(bob.onceKey);
  const claimIt = async () => expect(await claim(stage, bob.onceKey, claimant)).toBe("ok");

  if (when === "after") await claimIt();
  for (const [at, keyClass] of (["contact", "card", "onceCard"] as const).entries()) {
    const set = keySet(stage.random, 2 + at, { [keyClass]: [bob.onceKey] });
    expect(await tell(stage, mallory, set)).toEqual({ refused: [card] });
  }
  if (when === "before") await claimIt();

  const named = await tell(stage, bob, keySet(stage.random, 2, { onceCard: [bob.onceKey] }));
  expect(named).toEqual({ claimed: [card] });
  expect(await statusOf(stage, bob, claimant)).toBe("ok");
  expect(await tell(stage, bob, keySet(stage.random, 3, {}))).toEqual({});
  expect(await statusOf(stage, bob, claimant)).toBe("unknown-key");
});

test("the owner is told which one-time cards of the set were used, with every set", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const [first, second, unused] = [newKey(stage), newKey(stage), newKey(stage)];
  const onceCard = [first, second, unused];
  expect(await tell(stage, bob, keySet(stage.random, 2, { onceCard }))).toEqual({});

  await claim(stage, first, newKey(stage));
  await claim(stage, second, newKey(stage));

  const { claimed = [] } = await tell(stage, bob, keySet(stage.random, 3, { onceCard }));
  expect([...claimed].sort(Buffer.compare)).toEqual([first, second].map(hashOf).sort(Buffer.compare));
  const rest = keySet(stage.random, 4, { onceCard: [second, unused] });
  expect(await tell(stage, bob, rest)).toEqual({ claimed: [hashOf(second)] });
});

test("the first to claim a one-time card takes its place; the same claim again is ok, another is too late", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const [alice, mallory] = [newKey(stage), newKey(stage)];

  expect(await claim(stage, bob.onceKey, alice)).toBe("ok");

  expect(await claim(stage, bob.onceKey, alice)).toBe("ok");
  expect(await claim(stage, bob.onceKey, mallory)).toBe("claimed");
  expect(await statusOf(stage, bob, alice)).toBe("ok");
  expect(await statusOf(stage, bob, mallory)).toBe("unknown-key");
  expect(await statusOf(stage, bob, bob.onceKey)).toBe("claimed");
  const bundle = await stage.caller.ask("bundle", { key: bob.onceKey, nonce: stage.random(16) });
  expect(bundle.status).toBe("claimed");
});

test("of two who claim at once, one gets it", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");

  const answers = await Promise.all(Array.from({ length: 8 }, () => claim(stage, bob.onceKey, newKey(stage))));

  expect(answers.filter((status) => status === "ok")).toHaveLength(1);
  expect(answers.filter((status) => status === "claimed")).toHaveLength(7);
});

test("who claimed a card is a contact: live lanes and precise answers", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const alice = newKey(stage);
  await claim(stage, bob.onceKey, alice);

  expect(await stage.caller.ask("post", stage.compose(bob, "live", alice))).toEqual({ status: "ok" });
  const stale = { ...stage.compose(bob, "durable", alice) };
  const envelopes = stale.envelopes.map((envelope) => ({ ...envelope, registrationId: 7 }));
  const answer = await stage.caller.ask("post", { ...stale, envelopes });
  expect(answer).toEqual({ status: "devices", missing: [], extra: [], stale: [1] });
});

test("a claimed card stands for its claimant in every later set that names it, for as long as it is named", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const alice = newKey(stage);
  await claim(stage, bob.onceKey, alice);

  for (const version of [2, 3]) {
    expect(await put(stage, bob, keySet(stage.random, version, { onceCard: [bob.onceKey] }))).toBe("ok");
    expect(await statusOf(stage, bob, alice)).toBe("ok");
    expect(await statusOf(stage, bob, bob.onceKey)).toBe("claimed");
    stage.clock.advance(CLAIM_TTL_MS + HOUR_MS);
    await stage.app.expire();
  }

  expect(await put(stage, bob, keySet(stage.random, 4, {}))).toBe("ok");
  expect(await statusOf(stage, bob, alice)).toBe("unknown-key");
});

test("a claim is remembered for thirty days after its card was left out", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  await claim(stage, bob.onceKey, newKey(stage));
  await put(stage, bob, keySet(stage.random, 2, {}));

  stage.clock.advance(CLAIM_TTL_MS - HOUR_MS);
  await stage.app.expire();
  expect(await claim(stage, bob.onceKey, newKey(stage))).toBe("claimed");
  stage.clock.advance(2 * HOUR_MS);
  await stage.app.expire();

  expect(await claim(stage, bob.onceKey, newKey(stage))).toBe("unknown-key");
});

test("a reusable card needs no claim, and nothing else can be claimed", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");

  expect(await claim(stage, bob.cardKey, newKey(stage))).toBe("reusable");
  expect(await claim(stage, bob.contactKey, newKey(stage))).toBe("unknown-key");
  expect(await claim(stage, newKey(stage), newKey(stage))).toBe("unknown-key");
  expect(await claim(stage, bob.onceKey, bob.contactKey)).toBe("malformed");
  expect(await claim(stage, bob.onceKey, bob.onceKey)).toBe("malformed");
  expect(await statusOf(stage, bob, bob.contactKey)).toBe("ok");
});

test("a key that was left out is nobody else's for ninety days, neither in a set nor by a claim", async () => {
  await using stage = await RelayStage.start();
  const [bob, mallory] = [await stage.register("bob"), await stage.register("mallory")];
  const keys = [bob.contactKey, bob.cardKey, bob.onceKey];
  const wanted = keySet(stage.random, 2, { contact: keys });
  await tell(stage, bob, keySet(stage.random, 2, {}));

  for (const key of keys) expect(await claim(stage, mallory.onceKey, key)).toBe("malformed");
  expect((await tell(stage, mallory, wanted)).refused).toHaveLength(3);
  stage.clock.advance(RETIRED_MEMORY_MS);
  await stage.app.expire();
  expect((await tell(stage, mallory, wanted)).refused).toHaveLength(3);
  stage.clock.advance(DAY_MS);
  await stage.app.expire();

  expect(await tell(stage, mallory, wanted)).toEqual({});
});

test("the owner may name a key again that was left out", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  await tell(stage, bob, keySet(stage.random, 2, {}));

  expect(await tell(stage, bob, keySet(stage.random, 3, { contact: [bob.cardKey] }))).toEqual({});

  expect(await stage.caller.ask("post", stage.compose(bob, "live", bob.cardKey))).toEqual({ status: "ok" });
});

test("a card whose claim was forgotten is nobody else's for ninety days more", async () => {
  await using stage = await RelayStage.start();
  const [bob, mallory] = [await stage.register("bob"), await stage.register("mallory")];
  await claim(stage, bob.onceKey, newKey(stage));
  await tell(stage, bob, keySet(stage.random, 2, {}));
  const wanted = keySet(stage.random, 2, { card: [bob.onceKey] });

  stage.clock.advance(CLAIM_TTL_MS + HOUR_MS);
  await stage.app.expire();
  stage.clock.advance(RETIRED_MEMORY_MS - DAY_MS);
  await stage.app.expire();
  expect(await tell(stage, mallory, wanted)).toEqual({ refused: [hashOf(bob.onceKey)] });
  stage.clock.advance(2 * DAY_MS);
  await stage.app.expire();

  expect(await tell(stage, mallory, wanted)).toEqual({});
});
