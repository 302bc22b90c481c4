import { createHash } from "node:crypto";
import { generateKeyPair } from "@tacit/crypto/keys";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { verifySignature } from "@tacit/crypto/verify";
import { signXeddsa } from "@tacit/crypto/xeddsa";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { BundleAnswer } from "@tacit/shared/events";
import type { DeviceId, EnvelopeId, MessageId } from "@tacit/shared/ids";
import { type Label, labelled } from "@tacit/shared/labels";
import { DAY_MS, ENVELOPE_BUCKETS_BYTES, HOUR_MS, MINUTE_MS, RECOVERY_PAD_BYTES } from "@tacit/shared/limits";
import { ok } from "@tacit/shared/result";
import type { Envelope, Lane } from "@tacit/shared/wire/envelopes";
import type { Bundle } from "@tacit/shared/wire/prekeys";
import { encodeDeviceList } from "@tacit/web/core/device-list";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { MemoryDisk } from "@tacit/web/core/testing/memory-store";
import { expect, test } from "vitest";
import { insteadOf } from "../scenarios/forging.ts";
import type { Person } from "../scenarios/person.ts";
import { seededRandom } from "../scenarios/seeded-random.ts";
import { until } from "../scenarios/until.ts";
import { World } from "../scenarios/world.ts";
import { befriend, Grip, heldAlice } from "./relays.ts";

const random = seededRandom("hostile relay");

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

const BODIES = {
  text: { type: "text", text: "in the wrong lane" },
  receipt: { type: "receipt", state: "read", messages: ["AAAAAAAAAAAAAAAAAAAAAA"] },
  resend: { type: "resend", envelopes: [new Uint8Array(16)] },
  typing: { type: "typing", isTyping: true },
  newer: { type: "hologram", light: 7 },
} as const;
const LANES: readonly Lane[] = ["durable", "live", "ring"];
const ALLOWED: Readonly<Record<keyof typeof BODIES, Lane>> = {
  text: "durable",
  receipt: "durable",
  resend: "durable",
  newer: "durable",
  typing: "live",
};

test("AR-4: each type of content counts in its own lane and from its own author only; all else is dropped", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  let body: object | undefined;
  const grip = new Grip();
  const mallory = await world.person("Mallory", {
    disturb: grip.over,
    disturbKeys: insteadOf((given) => (given.type === "text" && body !== undefined ? body : given)),
  });
  await befriend(alice, mallory);
  const contact = await alice.contact(mallory);
  await mallory.sees("acceptance", { view: "contact", contact: await mallory.contact(alice) }, (details) => {
    return details?.status === "accepted";
  });
  const texts: string[] = [];
  const rowsOf = async () => (await alice.rows(mallory)).filter(({ kind }) => kind !== "notice").length;

  for (const [type, content] of Object.entries(BODIES)) {
    for (const lane of LANES) {
      const before = await rowsOf();
      body = content;
      grip.onPosts = (posts) => posts.map((post) => ({ ...post, lane }));
      const seen = grip.posted.length;
      await mallory.say(alice, "whatever");
      await until("the post", () => grip.posted.length > seen);
      await mallory.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
      grip.onPosts = (posts) => posts;
      body = undefined;
      texts.push(`after ${type} ${lane}`);
      await mallory.say(alice, texts.at(-1) ?? "");
      await alice.sees("what follows", { view: "messages", contact, limit: 1_000 }, ({ rows }) =>
        rows.some((row) => row.kind === "text" && row.text === texts.at(-1)),
      );
      const isShown = (type === "text" || type === "newer") && lane === ALLOWED[type];
      expect((await rowsOf()) - before, `${type} in ${lane}`).toBe(isShown ? 2 : 1);
    }
  }
});

test("AR-5: an envelope in another mailbox, in another order, or gone: nobody is shown what was not for them", async () => {
  await using world = await World.create();
  const grip = new Grip();
  const carolGrip = new Grip();
  const alice = await world.person("Alice", { disturb: grip.over });
  const [bob, carol] = [await world.person("Bob"), await world.person("Carol", { disturb: carolGrip.over })];
  await befriend(alice, bob, false);
  await befriend(alice, carol, false);
  await bob.say(alice, "first");
  await alice.hears(bob, "first");
  const ofCarol = { view: "contact", contact: await carol.contact(alice) } as const;
  await carol.sees("acceptance", ofCarol, (details) => details?.status === "accepted");
  const rowsOfCarol = (await carol.rows(alice)).length;

  // Into Carol's mailbox: every envelope that was for Alice.
  carolGrip.say(...grip.delivered.map((envelope) => ({ ...envelope, id: newId() })));
  // Of three that waited two are swapped and one is dropped, until the relay says it again.
  await alice.quit();
  await bob.say(alice, "one", "two", "three");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  grip.onPage = ([one, two, three, ...others]) => {
    if (one === undefined || two === undefined || three === undefined) return [];
    grip.onPage = (page) => page;
    return [three, one, ...others];
  };
  await alice.open();

  await alice.hearsAnyOrder(bob, "first", "one", "three");
  await alice.hears(bob, "first", "one", "three");
  await world.settle(alice);
  await alice.hearsAnyOrder(bob, "first", "one", "two", "three");
  await alice.hears(bob, "first", "one", "two", "three");
  await alice.say(carol, "still in order");
  await carol.hears(alice, "still in order");
  expect((await carol.rows(alice)).length).toBe(rowsOfCarol + 1);
  expect(await carol.show({ view: "conversations" })).toHaveLength(1);
});

test("AR-6: every envelope three times over, across a restart and a new device, is shown once and begins no session", async () => {
  await using world = await World.create();
  const { grip, alice, bob } = await heldAlice(world);
  await bob.say(alice, "one", "two");
  await alice.hears(bob, "one", "two");
  await alice.say(bob, "three");
  await bob.hears(alice, "three");
  const again = () => grip.delivered.slice(0, 12).map((envelope) => ({ ...envelope, id: newId() }));
  const rows = (await alice.rows(bob)).length;
  const sessions = digest(alice.disk, "sessions");
  const preKeys = alice.disk.tables.get("prekeys")?.size;

  for (let time = 0; time < 3; time++) grip.say(...again());
  await world.settle(alice);
  for (let time = 0; time < 3; time++) grip.say(...again());
  // One change waits for all before it.
  await alice.client.updateSettings({ theme: "dark" });
  await idle();
  expect((await alice.rows(bob)).length).toBe(rows);
  expect(digest(alice.disk, "sessions")).toBe(sessions);
  expect(alice.disk.tables.get("prekeys")?.size).toBe(preKeys);

  const words = await alice.client.recoveryWords();
  await alice.client.confirmRecovery();
  await world.clock.passing(() =>
    alice.sees("a vault that is kept", { view: "recovery" }, (recovery) => recovery?.savedAtMs !== undefined),
  );
  await alice.client.eraseDevice();
  const back = await alice.client.recover({ login: "alice", password: alice.password, words, keep: true });
  expect(back.ok).toBe(true);
  await world.clock.passing(() => alice.isOnline());
  grip.say(...again());
  await world.clock.passing(async () => {
    await bob.say(alice, "to the new device");
    await alice.hears(bob, "to the new device");
  });
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

test("AR-10: whatever a relay hands to many devices, none falls over, and the next message is shown", async () => {
  await using world = await World.create();
  const grips: Grip[] = [];
  const alice = await world.person("Alice");
  const people: Person[] = [];
  for (let n = 0; n < 8; n++) {
    const grip = new Grip();
    grips.push(grip);
    const person = await world.person(`Person${n}`, { disturb: grip.over });
    people.push(person);
    await person.add(await alice.card());
    await alice.client.accept(await alice.contact(person));
  }
  const sizes = [0, 1, 31, 32, 33, 90, 2_047, ...ENVELOPE_BUCKETS_BYTES];
  const packets: Envelope[] = sizes.flatMap((size) =>
    (["durable", "live", "ring"] as const).map((lane) => ({ id: newId(), lane, sealed: random(size) })),
  );

  for (const grip of grips) {
    const [real] = grip.delivered;
    const altered =
      real === undefined
        ? []
        : [0, 1, 33, 64, 200].map((at) => ({ ...real, id: newId(), sealed: flip(real.sealed, at) }));
    grip.say(...packets, ...altered);
  }
  for (const person of people) await alice.say(person, "after the packets");
  await world.clock.passing(async () => {
    for (const person of people) await person.hears(alice, "after the packets");
  });

  for (const person of people) {
    expect((await person.rows(alice)).filter(({ kind }) => kind === "unreadable")).toEqual([]);
  }
});

test("AR-11: a receipt for messages of another conversation, of nobody, or of one's own changes no mark", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const carol = await world.person("Carol");
  await befriend(alice, carol);
  await carol.quit();
  const written = await alice.client.sendText(await alice.contact(carol), "for Carol");
  await carol.open();
  await carol.isOnline();
  await carol.say(alice, "from Carol");
  const forged: string[] = written.ok ? [written.value, "AAAAAAAAAAAAAAAAAAAAAA"] : [];
  const mallory = await world.person("Mallory", {
    disturbKeys: insteadOf((body) =>
      "text" in body && body.text === "receipt!" ? { type: "receipt", state: "read", messages: forged } : body,
    ),
  });
  await befriend(alice, mallory);
  const marks = async () => (await alice.rows(carol)).map((row) => row.kind === "text" && [row.text, row.isMine]);
  const before = await marks();

  await mallory.say(alice, "receipt!", "after the receipt");
  await alice.hears(mallory, "after the receipt");

  expect(await marks()).toEqual(before);
  expect((await alice.rows(carol)).some((row) => row.kind === "text" && row.mark === "read")).toBe(false);
});

test("AR-14: what somebody chooses to send shows in no size: envelopes and the vault fill buckets, a file is never the same twice", async () => {
  await using world = await World.create();
  const grip = new Grip();
  const vaults: number[] = [];
  const alice = await world.person("Alice", {
    disturb: (relay) => ({
      ...grip.over(relay),
      request(name, body, token) {
        if (name === "putRecovery" && "sealed" in body && body.sealed instanceof Uint8Array)
          vaults.push(body.sealed.length);
        return relay.request(name, body, token);
      },
    }),
  });
  const bob = await world.person("Bob", { disturb: grip.over });
  await befriend(alice, bob);
  const contact = await bob.contact(alice);
  for (let n = 0; n < 60; n++) await bob.client.sendText(contact, "x".repeat(1 + ((n * n * 5) % 15_000)));
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  const sizes = new Set(grip.posted.flatMap(({ envelopes }) => envelopes.map(({ sealed }) => sealed.length)));
  for (const size of sizes) expect(ENVELOPE_BUCKETS_BYTES).toContain(size);
  expect(sizes.size).toBeGreaterThan(2);

  const file = random(5_000);
  const [first, second] = [await bob.stage(file), await bob.stage(file)];
  const partOf = (shelf: string) => bob.shelf.read(shelf, 0, 1_000);
  expect(first.shelf).not.toBe(second.shelf);
  expect(await partOf(first.shelf)).not.toEqual(await partOf(second.shelf));
  for (const length of vaults) expect(length % RECOVERY_PAD_BYTES).toBe(0);
});

test("AR-15: a thousand receipts and resends of nothing: a stranger gets no answer, a contact none either", async () => {
  await using world = await World.create();
  const grip = new Grip();
  const alice = await world.person("Alice", { disturb: grip.over });
  const mallory = await world.person("Mallory", {
    disturbKeys: insteadOf((body) => {
      if (!("text" in body) || typeof body.text !== "string" || !body.text.startsWith("nonsense")) return body;
      return body.text.endsWith("r")
        ? { type: "receipt", state: "read", messages: Array.from({ length: 50 }, () => toId(random(16))) }
        : { type: "resend", envelopes: Array.from({ length: 50 }, () => random(16)) };
    }),
  });
  const contact = await mallory.add(await alice.card());
  await mallory.say(alice, "hello");
  await alice.hears(mallory, "hello");
  const nonsense = async () => {
    for (let n = 0; n < 10; n++) await mallory.client.sendText(contact, `nonsense ${n}${n % 2 === 0 ? "r" : "s"}`);
    await world.clock.passing(() =>
      mallory.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0),
    );
    world.clock.advance(MINUTE_MS);
    await idle();
  };

  await nonsense();
  expect(grip.posted).toEqual([]);

  await alice.client.accept(await alice.contact(mallory));
  await world.clock.passing(() => mallory.marks(alice, "hello", "delivered"));
  const answered = grip.posted.length;
  await nonsense();
  expect(grip.posted.length).toBe(answered);
});

test("AR-17: however much cannot be read, a session is begun anew at most once a day, and said where the contact is verified", async () => {
  await using world = await World.create();
  const grip = new Grip();
  let bundles = 0;
  const alice = await world.person("Alice", {
    disturb: (relay) => ({
      ...grip.over(relay),
      bundle(request) {
        bundles += 1;
        return relay.bundle(request);
      },
    }),
  });
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  const contact = await alice.contact(bob);
  await alice.client.accept(contact);
  await bob.sees("acceptance", { view: "contact", contact: await bob.contact(alice) }, (details) => {
    return details?.status === "accepted";
  });
  await alice.client.setVerified(contact, true);
  const before = bundles;

  // A copy of Alice's device would use up the keys of these; here they are simply lost, again and again.
  for (let time = 0; time < 5; time++) {
    await alice.quit();
    alice.disk.tables.get("sessions")?.clear();
    await bob.say(alice, `lost ${time}`);
    await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
    await alice.open();
    await world.clock.passing(() =>
      alice.sees("the message or a note", { view: "messages", contact, limit: 1_000 }, ({ rows }) =>
        rows.some((row) => row.kind === "unreadable" || (row.kind === "text" && row.text === `lost ${time}`)),
      ),
    );
  }

  const notices = (await alice.rows(bob)).filter((row) => row.kind === "notice" && row.notice === "session-reset");
  expect(notices.length).toBe(1);
  expect(bundles - before).toBeLessThanOrEqual(6);
});

test("AR-19: an envelope with any bit flipped, or cut anywhere, leaves sessions and messages as they were", async () => {
  await using world = await World.create();
  const { grip, alice, bob } = await heldAlice(world);
  await bob.say(alice, "one");
  await alice.hears(bob, "one");
  let held: Envelope | undefined;
  grip.onPage = (page) => {
    held ??= page[0];
    return [];
  };
  await bob.say(alice, "two");
  await until("the envelope", () => held);
  if (held === undefined) throw new Error("unreachable");
  const { sealed } = held;
  const before = { sessions: digest(alice.disk, "sessions"), messages: digest(alice.disk, "messages") };

  // Each byte once, in the long run each bit.
  const bits = process.env["TACIT_LONG"] === "1" ? sealed.length * 8 : sealed.length;
  const spoilt: Envelope[] = [];
  for (let n = 0; n < bits; n++) {
    const bit = bits === sealed.length ? n * 8 + (n % 8) : n;
    spoilt.push({ id: newId(), lane: "durable", sealed: flip(sealed, bit >> 3, bit & 7) });
  }
  for (let length = 0; length < sealed.length; length += 37) {
    spoilt.push({ id: newId(), lane: "durable", sealed: sealed.slice(0, length) });
  }
  grip.say(...spoilt);
  grip.say(held);
  grip.onPage = (page) => page;

  await alice.hears(bob, "one", "two");
  const lost = (await alice.rows(bob)).filter(({ kind }) => kind === "unreadable");
  expect(lost).toEqual([]);
  expect(digest(alice.disk, "sessions")).not.toBe(before.sessions);
});

function hasOneTimeKey(answer: BundleAnswer | undefined): boolean {
  const decoded = answer?.status === "ok" ? decode(answer.bundle, 64 * 1024) : undefined;
  // The honest relay wrote it.
  return decoded?.ok === true && (decoded.value as Bundle).devices.every(({ oneTime }) => oneTime !== undefined);
}

function flip(bytes: Bytes, at: number, bit = 0): Bytes {
  const changed = copyBytes(bytes);
  changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ (1 << bit);
  return changed;
}

function newId(): EnvelopeId {
  return random(16) as EnvelopeId;
}

function toId(bytes: Bytes): MessageId {
  return Buffer.from(bytes).toString("base64url") as MessageId;
}

function digest(disk: MemoryDisk, table: "sessions" | "messages"): string {
  const hash = createHash("sha256");
  const rows = [...(disk.tables.get(table)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, version, sealed } of rows) hash.update(`${id} ${version} `).update(sealed);
  return hash.digest("hex");
}

/** Lets everything run that waits for nothing but its turn. */
async function idle(): Promise<void> {
  for (let n = 0; n < 200; n++) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(world: World): Promise<void> {
  world.clock.advance(MINUTE_MS);
  await idle();
}
