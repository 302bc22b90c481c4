import { generateKeyPair } from "@tacit/crypto/keys";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { verifySignature } from "@tacit/crypto/verify";
import { signXeddsa } from "@tacit/crypto/xeddsa";
import { concat, copyBytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { BundleAnswer } from "@tacit/shared/events";
import type { DeviceId } from "@tacit/shared/ids";
import { type Label, labelled } from "@tacit/shared/labels";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@tacit/shared/limits";
import { ok } from "@tacit/shared/result";
import type { Bundle } from "@tacit/shared/wire/prekeys";
import { encodeDeviceList } from "@tacit/web/core/device-list";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { seededRandom } from "../scenarios/seeded-random.ts";
import { until } from "../scenarios/until.ts";
import { World } from "../scenarios/world.ts";
import { Grip, idle } from "./relays.ts";

const random = seededRandom("given keys");

/** A relay that answers every question for a bundle with what `change` makes of the honest one. */
function rewriting(change: (bundle: Bundle) => object) {
  return (relay: Relay): Relay => ({
    ...relay,
    async bundle(request) {
      const answer = await relay.bundle(request);
      return answer.ok ? ok(rewrite(answer.value, change)) : answer;
    },
  });
}

function rewrite(answer: BundleAnswer, change: (bundle: Bundle) => object): BundleAnswer {
  if (answer.status !== "ok") return answer;
  const decoded = decode(answer.bundle, 64 * 1024);
  if (!decoded.ok) throw new Error("the bundle does not decode");
  // The honest relay wrote it.
  return { status: "ok", bundle: encode(change(decoded.value as Bundle)) };
}

const ghost = { deviceId: 2 as DeviceId, registrationId: 7 };

test("AR-1: a device that the relay adds to a bundle gets nothing", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const grip = new Grip();
  const addGhost = rewriting((bundle) => ({
    ...bundle,
    devices: [...bundle.devices, ...bundle.devices.map((device) => ({ ...device, ...ghost }))],
  }));
  const bob = await world.person("Bob", { disturb: (relay) => grip.over(addGhost(relay)) });

  await bob.add(await alice.card());
  await bob.say(alice, "to your one device");
  await alice.hears(bob, "to your one device");

  expect(new Set(grip.posted.flatMap(({ envelopes }) => envelopes.map(({ deviceId }) => deviceId)))).toEqual(
    new Set([1]),
  );
});

test.each(["signed by another key", "with the signature of the true list"])(
  "AR-1: a device list with one more device, %s, lets nothing leave",
  async (how) => {
    await using world = await World.create();
    const alice = await world.person("Alice");
    const grip = new Grip();
    let isHostile = true;
    const mallory = run(generateKeyPair(random), noblePrimitives);
    const forge = rewriting((bundle) => {
      if (!isHostile) return bundle;
      const decoded = decode(bundle.list.list, 1024);
      if (!decoded.ok) throw new Error("the list does not decode");
      const list = decoded.value as Parameters<typeof encodeDeviceList>[0];
      const forged = encodeDeviceList({ ...list, counter: list.counter + 1, devices: [...list.devices, ghost] });
      const signature =
        how === "signed by another key"
          ? signXeddsa(mallory.privateKey, concat(labelled("device list"), forged), random)
          : bundle.list.signature;
      return { ...bundle, list: { list: forged, signature } };
    });
    const bob = await world.person("Bob", { disturb: (relay) => grip.over(forge(relay)) });

    await bob.add(await alice.card());
    await bob.say(alice, "waits for a true list");
    for (let n = 0; n < 20; n++) await pass(world);
    expect(grip.posted).toEqual([]);
    expect((await bob.show({ view: "connection" })).waiting).toBeGreaterThan(0);

    isHostile = false;
    await world.clock.passing(() => alice.hears(bob, "waits for a true list"));
  },
);

test("AR-3: what an identity key signs for one purpose is nothing for another", () => {
  const labels = ["device list", "registration", "device token", "account deletion"] as const;
  const key = run(generateKeyPair(random), noblePrimitives);
  const publicKey = copyBytes(key.publicKey);
  const message = random(64);
  const signed = (label: Label) => signXeddsa(key.privateKey, concat(labelled(label), message), random);

  for (const signedFor of labels) {
    for (const readAs of labels) {
      const isGood = verifySignature(publicKey, concat(labelled(readAs), message), signed(signedFor));
      expect(isGood, `${signedFor} as ${readAs}`).toBe(signedFor === readAs);
    }
    // A label that is a prefix of another one would let a message begin with the rest of it.
    for (const other of labels.filter((label) => label !== signedFor)) {
      expect(String.fromCharCode(...labelled(other)).startsWith(String.fromCharCode(...labelled(signedFor)))).toBe(
        false,
      );
    }
  }
});

test("AR-8: a one-time key that the relay gives to two people is used once; the other's message comes by a new one", async () => {
  await using world = await World.create();
  const grip = new Grip();
  // Strangers leave twenty to contacts.
  const alice = await world.person("Alice", { disturb: grip.over, oneTimePreKeys: 40 });
  let kept: BundleAnswer | undefined;
  let isHostile = true;
  const share = (relay: Relay): Relay => ({
    ...relay,
    async bundle(request) {
      if (isHostile && kept !== undefined) return ok(kept);
      const answer = await relay.bundle(request);
      if (answer.ok) kept ??= answer.value;
      return answer;
    },
  });
  const [bob, carol] = [await world.person("Bob", { disturb: share }), await world.person("Carol", { disturb: share })];
  await bob.add(await alice.card(false));
  await bob.say(alice, "by the key");
  await alice.hears(bob, "by the key");

  const seen = grip.delivered.length;
  await carol.add(await alice.card(false));
  await carol.say(alice, "by the same key");
  await carol.marks(alice, "by the same key", "sent");
  await until("Carol's envelope", () => grip.delivered.length > seen);
  // One change waits for all before it.
  await idle();
  await alice.client.updateSettings({ theme: "dark" });
  expect(hasOneTimeKey(kept)).toBe(true);
  expect((await alice.show({ view: "conversations" })).map(({ name }) => name)).toEqual(["Bob"]);

  isHostile = false;
  world.clock.advance(DAY_MS + HOUR_MS);
  await world.settle(carol);
  await world.clock.passing(() => alice.hears(carol, "by the same key"));
});

function hasOneTimeKey(answer: BundleAnswer | undefined): boolean {
  const decoded = answer?.status === "ok" ? decode(answer.bundle, 64 * 1024) : undefined;
  // The honest relay wrote it.
  return decoded?.ok === true && (decoded.value as Bundle).devices.every(({ oneTime }) => oneTime !== undefined);
}

async function pass(world: World): Promise<void> {
  world.clock.advance(MINUTE_MS);
  await idle();
}
