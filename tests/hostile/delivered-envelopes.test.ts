import { createHash } from "node:crypto";
import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import { ENVELOPE_BUCKETS_BYTES } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { MemoryDisk } from "@tacit/web/core/testing/memory-store";
import { expect, test } from "vitest";
import { isLong } from "../extent.ts";
import type { Person } from "../scenarios/person.ts";
import { seededRandom } from "../scenarios/seeded-random.ts";
import { until } from "../scenarios/until.ts";
import { World } from "../scenarios/world.ts";
import { befriend, Grip, heldAlice, idle } from "./relays.ts";

const random = seededRandom("delivered envelopes");

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
  const bits = isLong ? sealed.length * 8 : sealed.length;
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

function flip(bytes: Bytes, at: number, bit = 0): Bytes {
  const changed = copyBytes(bytes);
  changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ (1 << bit);
  return changed;
}

function newId(): EnvelopeId {
  return random(16) as EnvelopeId;
}

function digest(disk: MemoryDisk, table: "sessions" | "messages"): string {
  const hash = createHash("sha256");
  const rows = [...(disk.tables.get(table)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, version, sealed } of rows) hash.update(`${id} ${version} `).update(sealed);
  return hash.digest("hex");
}
