import { verifySignature } from "@tacit/crypto/verify";
import { type Bytes, concat, toHex } from "@tacit/shared/bytes";
import { decode } from "@tacit/shared/codec";
import type { BundleAnswer } from "@tacit/shared/events";
import type { DeliveryKey } from "@tacit/shared/ids";
import { labelled } from "@tacit/shared/labels";
import {
  ACCOUNT_CARD_BUNDLES_PER_HOUR,
  BUNDLE_NONCE_TTL_MS,
  BUNDLE_PAD_BYTES,
  CARD_KEY_BUNDLES_PER_DAY,
  CONTACT_KEY_BUNDLES_PER_DAY,
  DAY_MS,
  HOUR_MS,
  MAX_ONE_TIME_PREKEYS,
  ONE_TIME_PREKEYS_LOW,
  ONE_TIME_PREKEYS_RESERVED,
  SIGNED_PREKEYS_PER_HOUR,
} from "@tacit/shared/limits";
import { Bundle, type PreKeyUpload } from "@tacit/shared/wire/prekeys";
import { expect, test } from "vitest";
import { keySet } from "../testing/owner.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { USED_PREKEY_MEMORY_MS } from "./store.ts";

function ask(stage: RelayStage, key: DeliveryKey, nonce: Bytes = stage.random(16)): Promise<BundleAnswer> {
  return stage.caller.ask("bundle", { key, nonce });
}

function open(answer: BundleAnswer): Bundle {
  if (answer.status !== "ok") throw new Error(`the bundle is ${answer.status}`);
  const decoded = decode(answer.bundle, 64 * 1024);
  return Bundle.parse(decoded.ok ? decoded.value : undefined);
}

async function fetchBundle(stage: RelayStage, key: DeliveryKey): Promise<Bundle> {
  return open(await ask(stage, key));
}

test("a bundle holds what the device left here, signed by its owner", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");

  const { list, devices } = await fetchBundle(stage, bob.contactKey);

  const [first] = devices;
  const { identityKey } = bob.owner;
  expect(verifySignature(identityKey, concat(labelled("device list"), list.list), list.signature)).toBe(true);
  expect(devices).toHaveLength(1);
  expect(first).toMatchObject({ ...bob.device, signed: bob.request.prekeys.signed });
  expect(first?.oneTime).toEqual(bob.request.prekeys.oneTime[0]);
  expect(first?.kyber).toEqual(bob.request.prekeys.kyber[0]);
});

test("two askers never get the same one-time key, and the last resort is for when none is left", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");

  const bundles = await Promise.all(Array.from({ length: 5 }, () => fetchBundle(stage, bob.contactKey)));

  const oneTime = bundles.map(({ devices }) => devices[0]?.oneTime?.id);
  const kyber = bundles.map(({ devices }) => devices[0]?.kyber.id);
  expect(oneTime.sort()).toEqual([1, 2, 3, undefined, undefined]);
  expect(kyber.sort()).toEqual([1, 1_000_000, 1_000_000, 2, 3]);
});

test("the answer is equally long with one-time keys and without", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob", undefined, 1);

  const [withKeys, without] = [await ask(stage, bob.contactKey), await ask(stage, bob.contactKey)];

  expect(open(withKeys).devices[0]?.oneTime).toBeDefined();
  expect(open(without).devices[0]?.oneTime).toBeUndefined();
  const lengths = [withKeys, without].map((answer) => answer.status === "ok" && answer.bundle.length);
  expect(lengths).toEqual([BUNDLE_PAD_BYTES, BUNDLE_PAD_BYTES]);
});

test("the same question within ten minutes gets the same answer and takes nothing", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const nonce = stage.random(16);

  const first = await ask(stage, bob.contactKey, nonce);
  const together = await Promise.all([ask(stage, bob.contactKey, nonce), ask(stage, bob.contactKey, nonce)]);
  expect(together).toEqual([first, first]);
  expect(open(await ask(stage, bob.cardKey, nonce)).devices[0]?.oneTime).toBeUndefined();
  stage.clock.advance(BUNDLE_NONCE_TTL_MS);

  expect(open(await ask(stage, bob.contactKey, nonce)).devices[0]?.oneTime?.id).toBe(2);
});

test("the same question asked twice at once is one question", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const nonce = stage.random(16);

  const [one, two] = await Promise.all([ask(stage, bob.contactKey, nonce), ask(stage, bob.contactKey, nonce)]);

  expect(one).toEqual(two);
  expect((await fetchBundle(stage, bob.contactKey)).devices[0]?.oneTime?.id).toBe(2);
});

test("strangers leave twenty one-time keys to contacts", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob", undefined, ONE_TIME_PREKEYS_RESERVED + 1);

  const first = await fetchBundle(stage, bob.cardKey);
  const second = await fetchBundle(stage, bob.cardKey);
  const contact = await fetchBundle(stage, bob.contactKey);

  expect(first.devices[0]?.oneTime?.id).toBe(1);
  expect(second.devices[0]?.oneTime).toBeUndefined();
  expect(second.devices[0]?.kyber.id).toBe(1_000_000);
  expect(contact.devices[0]?.oneTime?.id).toBe(2);
});

test.each([
  ["card", CARD_KEY_BUNDLES_PER_DAY],
  ["contact", CONTACT_KEY_BUNDLES_PER_DAY],
] as const)("a %s key gets %i bundles a day", async (keyClass, limit) => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const key = keyClass === "card" ? bob.cardKey : bob.contactKey;

  for (let i = 0; i < limit; i++) expect((await ask(stage, key)).status).toBe("ok");
  expect(await ask(stage, key)).toEqual({ status: "budget" });

  stage.clock.advance(DAY_MS);
  expect((await ask(stage, key)).status).toBe("ok");
});

test("strangers with however many cards get thirty bundles of an account an hour, and its contacts get theirs", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const cards = Array.from({ length: 10 }, () => stage.random(32) as DeliveryKey);
  const set = keySet(stage.random, 2, { contact: [bob.contactKey], card: cards, onceCard: [] });
  await stage.caller.ask("putDeliveryKeys", set, bob.token);
  const statuses: string[] = [];

  for (const card of cards) for (let i = 0; i < 4; i++) statuses.push((await ask(stage, card)).status);

  expect(statuses.filter((status) => status === "ok")).toHaveLength(ACCOUNT_CARD_BUNDLES_PER_HOUR);
  expect(statuses.at(-1)).toBe("budget");
  expect((await ask(stage, bob.contactKey)).status).toBe("ok");
  stage.clock.advance(HOUR_MS);
  expect((await ask(stage, cards[9] as DeliveryKey)).status).toBe("ok");
});

test.each(["http", "socket"] as const)(
  "whoever asks for bundles of one after the other is slowed down, by %s",
  async (way) => {
    await using stage = await RelayStage.start({ rates: { contactBundlesPerVisitor: 3, cardBundlesPerVisitor: 2 } });
    const people: Member[] = [];
    for (const name of ["bob", "carol", "dave", "erin"]) people.push(await stage.register(name));
    const socket = stage.anonymous();
    const statusesBy = async (pick: (member: Member) => DeliveryKey) => {
      const statuses = [];
      for (const member of people) {
        const request = { key: pick(member), nonce: stage.random(16) };
        const { status } = way === "http" ? await stage.caller.ask("bundle", request) : await socket.bundle(request);
        statuses.push(status);
      }
      return statuses;
    };

    expect(await statusesBy(({ cardKey }) => cardKey)).toEqual(["ok", "ok", "budget", "budget"]);
    expect(await statusesBy(({ contactKey }) => contactKey)).toEqual(["ok", "ok", "ok", "budget"]);
  },
);

test("keys that reach nobody get no bundle", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");

  expect(await ask(stage, stage.random(32) as DeliveryKey)).toEqual({ status: "unknown-key" });
  expect(await ask(stage, bob.onceKey)).toEqual({ status: "unknown-key" });
});

test("a connected device hears when its keys run low, and uploads more", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob", undefined, ONE_TIME_PREKEYS_LOW);
  const socket = stage.connect(bob.token, 1);
  await socket.ready;

  await ask(stage, bob.contactKey);

  const low = ONE_TIME_PREKEYS_LOW - 1;
  await expect.poll(() => socket.heard).toContain("prekeys");
  const count = await stage.caller.ask("putPreKeys", bob.owner.prekeys(10, 100), bob.token);
  expect(count).toEqual({ oneTime: low + 10, kyber: low + 10 });
});

test("an upload that is repeated does not bring back a key that was handed out", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const { prekeys } = bob.request;
  const handedOut = await fetchBundle(stage, bob.contactKey);

  const count = await stage.caller.ask("putPreKeys", prekeys, bob.token);
  stage.clock.advance(USED_PREKEY_MEMORY_MS - HOUR_MS);
  await stage.app.expire();
  await stage.caller.ask("putPreKeys", prekeys, bob.token);

  expect(count).toEqual({ oneTime: 2, kyber: 2 });
  expect(handedOut.devices[0]?.oneTime?.id).toBe(1);
  expect((await fetchBundle(stage, bob.contactKey)).devices[0]?.oneTime?.id).toBe(2);
});

test("an upload replaces the signed and the last-resort key where it names them", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob", undefined, 0);
  const { signed, lastResort } = bob.owner.prekeys(0);
  await stage.caller.ask("putPreKeys", { signed, oneTime: [], kyber: [] }, bob.token);
  const first = (await fetchBundle(stage, bob.contactKey)).devices[0];
  await stage.caller.ask("putPreKeys", { lastResort, oneTime: [], kyber: [] }, bob.token);
  const second = (await fetchBundle(stage, bob.contactKey)).devices[0];

  expect([first?.signed, first?.kyber]).toEqual([signed, bob.request.prekeys.lastResort]);
  expect([second?.signed, second?.kyber]).toEqual([signed, lastResort]);
});

test("a device keeps at most two hundred one-time keys here", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob", undefined, 0);
  const upload = (firstId: number, count: number) =>
    stage.caller.call("putPreKeys", { oneTime: bob.owner.prekeys(count, firstId).oneTime, kyber: [] }, bob.token);

  expect((await upload(1, MAX_ONE_TIME_PREKEYS)).status).toBe(200);
  expect((await upload(1, MAX_ONE_TIME_PREKEYS)).status).toBe(200);
  expect((await upload(500, 1)).error).toEqual({ error: "malformed" });
  await ask(stage, bob.contactKey);
  expect((await upload(500, 1)).status).toBe(200);
});

test("prekeys that the identity key did not sign are forged", async () => {
  await using stage = await RelayStage.start();
  const [bob, mallory]: Member[] = [await stage.register("bob"), await stage.register("mallory")];

  const put = await stage.caller.call("putPreKeys", mallory?.owner.prekeys(1, 50), bob?.token);

  expect(put).toMatchObject({ status: 403, error: { error: "forged" } });
});

test("a device has so many signatures checked in an hour, whether they hold or not, and the next one is as before", async () => {
  await using stage = await RelayStage.start();
  const [bob, mallory] = [await stage.register("bob"), await stage.register("mallory")];
  const put = async (upload: PreKeyUpload) => (await stage.caller.call("putPreKeys", upload, mallory.token)).status;
  const nothing = { oneTime: [], kyber: [] };
  const kyber = bob.owner.prekeys(MAX_ONE_TIME_PREKEYS, 1_000).kyber;

  for (let checked = 0; checked < SIGNED_PREKEYS_PER_HOUR - 1; checked += MAX_ONE_TIME_PREKEYS) {
    expect(await put({ ...nothing, kyber: kyber.slice(0, SIGNED_PREKEYS_PER_HOUR - 1 - checked) })).toBe(403);
  }
  expect(await put(mallory.owner.prekeys(0))).toBe(429);
  expect(await put(nothing)).toBe(200);
  expect(await put(nothing)).toBe(429);
  expect((await stage.caller.call("putPreKeys", bob.owner.prekeys(1, 50), bob.token)).status).toBe(200);
  stage.clock.advance(HOUR_MS);

  expect(await put(mallory.owner.prekeys(0))).toBe(200);
});

test("bundles tell two people's keys apart", async () => {
  await using stage = await RelayStage.start();
  const [bob, carol] = [await stage.register("bob"), await stage.register("carol")];

  const bundles = [await fetchBundle(stage, bob.contactKey), await fetchBundle(stage, carol.contactKey)];

  expect(new Set(bundles.map(({ list }) => toHex(list.list))).size).toBe(2);
});
