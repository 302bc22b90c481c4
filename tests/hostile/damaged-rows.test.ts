import type { Bytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { DAY_MS } from "@tacit/shared/limits";
import type { Table } from "@tacit/web/core/ports/store";
import { copyDisk, memoryStore } from "@tacit/web/core/testing/memory-store";
import { DamagedVault, passkeyOf, readVaultRow } from "@tacit/web/core/vault-row";
import { expect, test } from "vitest";
import { isGate } from "../extent.ts";
import { Cut } from "../scenarios/cut.ts";
import { Person } from "../scenarios/person.ts";
import { seededRandom } from "../scenarios/seeded-random.ts";
import { World } from "../scenarios/world.ts";
import { Chance } from "../simulation/chance.ts";
import { changeSome } from "./changed-values.ts";

const CHANGED = isGate ? 10_000 : 1_000;
const random = seededRandom("damaged rows");

test.each<[string, (sealed: Bytes) => Bytes]>([
  ["damaged in a bit", (sealed) => sealed.with(sealed.length - 1, (sealed.at(-1) ?? 0) ^ 1)],
  ["empty", () => new Uint8Array(0)],
  ["of another version", (sealed) => sealed.with(0, 2)],
  ["something else", (sealed) => random(sealed.length)],
])(
  "rows that are %s are counted as none: the rest is there, and what is written takes their place",
  async (_, damage) => {
    await using world = await World.create();
    const [alice, bob] = await world.friends();
    const contact = await alice.contact(bob);
    await bob.say(alice, "one", "two");
    await alice.hears(bob, "one", "two");
    await alice.client.saveDraft(contact, "a draft");
    await alice.client.updateSettings({ theme: "dark" });
    await alice.quit();

    for (const table of ["drafts", "seen"] as const) damageRows(alice, table, () => true, damage);
    damageRows(alice, "meta", (id) => id === "settings", damage);
    await alice.open();
    await alice.isOnline();

    await bob.say(alice, "three");
    await alice.hears(bob, "one", "two", "three");
    await alice.client.saveDraft(contact, "another draft");
    await alice.client.updateSettings({ theme: "light" });
    await alice.quit();
    await alice.open();
    expect((await alice.show({ view: "settings" })).theme).toBe("light");
    expect((await alice.show({ view: "contact", contact }))?.draft).toBe("another draft");
  },
);

test.each([["epoch"], ["key-pool"], ["prekey-book"], ["cards"], ["recovery-state"], ["a contact"]])(
  "where %s cannot be read the device says so, collects nothing, and by its password has everything again",
  async (what) => {
    await using world = await World.create();
    const [alice, bob] = await world.friends();
    const carol = await world.person("Carol");
    await carol.add(await alice.card());
    await alice.client.accept(await alice.contact(carol));
    await bob.say(alice, "one");
    await alice.hears(bob, "one");
    await world.clock.passing(() =>
      alice.sees("a saved vault", { view: "recovery" }, (recovery) => recovery?.isBehind === false),
    );
    const contacts = (await alice.show({ view: "conversations" })).length;
    const labels = await labelsOf(alice);
    const damaged = what === "a contact" ? await alice.contact(bob) : what;
    await alice.quit();
    await bob.say(alice, "two");
    damageRows(
      alice,
      what === "a contact" ? "contacts" : "meta",
      (id) => id === damaged,
      () => new Uint8Array(0),
    );

    await alice.open();

    await alice.sees("that it is damaged", { view: "connection" }, ({ state }) => state === "damaged");
    expect(await alice.client.changePassword(alice.password, "a longer password")).toEqual({
      ok: false,
      reason: "held-back",
    });
    expect(await alice.client.comeBackHere(alice.password)).toEqual({ ok: true, value: undefined });
    await world.clock.passing(() => alice.isOnline());
    await alice.quit();
    await alice.open();
    await world.clock.passing(() => alice.isOnline());
    await alice.hears(bob, "one", "two");
    expect((await alice.show({ view: "conversations" })).length).toBe(contacts);
    expect(await labelsOf(alice)).toEqual(labels);
    await alice.say(carol, "three");
    await world.clock.passing(() => carol.hears(alice, "three"));
  },
);

test("an older copy gives no new password to the vault: who was met since would be gone from it", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.quit();
  const disk = copyDisk(alice.disk);
  await alice.open();
  await alice.isOnline();
  const carol = await world.person("Carol");
  await carol.add(await alice.card());
  await world.clock.passing(() =>
    alice.sees("a saved vault", { view: "recovery" }, (recovery) => recovery?.isBehind === false),
  );
  await alice.quit();
  const copy = new Person(alice.name, { clock: world.clock, origin: world.origin }, disk);
  await copy.open();
  if ((await copy.show({ view: "phase" })).phase === "locked") await copy.client.unlock(alice.password);
  await copy.sees("that it is a copy", { view: "connection" }, ({ state }) => state === "restored");

  expect(await copy.client.changePassword(alice.password, "a longer password")).toMatchObject({ reason: "held-back" });

  expect((await copy.client.comeBackHere(alice.password)).ok).toBe(true);
  expect((await copy.show({ view: "conversations" })).map(({ name }) => name).sort()).toEqual([bob.name, carol.name]);
  await copy.quit();
});

test("a message that cannot be read has its place in the conversation, and those before it are there", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await bob.say(alice, "one", "two", "three", "four");
  await alice.hears(bob, "one", "two", "three", "four");
  const contact = await alice.contact(bob);
  const keys = (await alice.rows(bob)).map(({ key }) => key);
  await alice.quit();
  const damaged = keys.at(-2);
  damageRows(
    alice,
    "messages",
    (id) => id === damaged,
    (sealed) => sealed.with(0, 2),
  );

  await alice.open();

  const shown = (await alice.rows(bob)).slice(-4);
  expect(shown.map((row) => (row.kind === "text" ? row.text : row.kind))).toEqual(["one", "two", "damaged", "four"]);
  const page = await alice.show({ view: "messages", contact, limit: 2 });
  expect([page.rows.map(({ key }) => key), page.hasMore]).toEqual([keys.slice(-2), true]);
  const before = await alice.show({ view: "messages", contact, limit: 2, until: damaged });
  expect(before.rows.map(({ key }) => key)).toEqual(keys.slice(-3, -1));
});

test("what waited to leave and cannot be read is said to be not sent, and what waits behind it leaves", async () => {
  const cut = new Cut();
  await using world = await World.create();
  const [alice, bob] = await world.friends("Alice", "Bob", { disturb: cut.disturb });
  const contact = await alice.contact(bob);
  await alice.quit();
  cut.isCut = true;
  await alice.open();
  await alice.say(bob, "one", "two");
  await alice.quit();
  const queued = [...(alice.disk.tables.get("outbox")?.values() ?? [])];
  const one = queued.toSorted(({ order: a = 0 }, { order: b = 0 }) => a - b).at(-2);
  damageRows(
    alice,
    "outbox",
    (id) => id === one?.id,
    () => new Uint8Array(0),
  );
  cut.isCut = false;

  await alice.open();
  await alice.isOnline();

  await bob.hears(alice, "two");
  await alice.marks(bob, "one", "failed");
  await alice.sees("nothing waiting", { view: "connection" }, ({ waiting }) => waiting === 0);
  const failed = (await alice.rows(bob)).find((row) => row.kind === "text" && row.text === "one");
  if (failed?.kind !== "text") throw new Error("it is not there");
  expect(failed.failure).toBe("damaged");
  await alice.client.retry(contact, failed.id);
  await bob.hearsAnyOrder(alice, "one", "two");
});

test("a file whose row cannot be read stays, and one that waited to leave still goes", async () => {
  const cut = new Cut();
  await using world = await World.create();
  const [alice, bob] = await world.friends("Alice", "Bob", { disturb: cut.disturb });
  const contact = await alice.contact(bob);
  await bob.sendFile(alice, "here", random(5_000));
  const here = await alice.reads(bob, "here");
  await alice.quit();
  cut.isCut = true;
  await alice.open();
  const waiting = random(6_000);
  await alice.sendFile(bob, "waiting", waiting);
  await alice.quit();
  damageRows(
    alice,
    "files",
    () => true,
    () => new Uint8Array(0),
  );
  cut.isCut = false;

  await alice.open();
  await alice.isOnline();

  expect(await alice.reads(bob, "here")).toEqual(here);
  expect(await bob.reads(alice, "waiting")).toEqual(waiting);
  await alice.marks(bob, "", "delivered");
  world.clock.advance(2 * DAY_MS);
  await alice.quit();
  await alice.open();
  await world.clock.passing(() => alice.isOnline());
  expect(await alice.reads(bob, "here")).toEqual(here);
  expect((await alice.show({ view: "messages", contact, limit: 10 })).rows.length).toBeGreaterThan(1);
});

test.each(["signed:", "kyber:"])(
  "where the key %s… that first messages are made for cannot be read, another takes its place before one is lost",
  async (kind) => {
    await using world = await World.create();
    const alice = await world.person("Alice", { oneTimePreKeys: 0 });
    const card = await alice.card();
    await alice.quit();
    damageRows(
      alice,
      "prekeys",
      (id) => id.startsWith(kind),
      () => new Uint8Array(0),
    );

    await alice.open();
    await alice.isOnline();
    const carol = await world.person("Carol");
    await carol.add(card);

    await alice.contact(carol);
  },
);

test("where sessions cannot be read new ones are begun, and what was said meanwhile comes once more", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.say(bob, "one");
  await bob.hears(alice, "one");
  await alice.quit();
  await bob.say(alice, "two");
  for (const table of ["sessions", "sent", "replays"] as const) {
    damageRows(
      alice,
      table,
      () => true,
      () => new Uint8Array(0),
    );
  }

  await alice.open();
  await alice.isOnline();

  await alice.hears(bob, "two");
  await alice.say(bob, "three");
  await bob.hears(alice, "one", "three");
});

test("whatever is changed of the row that wraps the vault key, it is a vault or said to be damaged", async () => {
  const chance = new Chance("changed vaults");
  const wrapped = {
    byPassword: new Uint8Array(86),
    byDevice: new Uint8Array(60),
    byPasskey: passkeyLock(),
    isKept: true,
  };
  const came = { vault: 0, passkey: 0, damaged: 0 };

  for (let n = 0; n < CHANGED; n++) {
    const sealed = encode(changeSome(wrapped, chance));
    const store = memoryStore();
    await store.commit({ put: [{ table: "meta", id: "vault", version: 1, sealed }] });
    try {
      const vault = await readVaultRow(store);
      came.vault += 1;
      if (vault !== undefined && passkeyOf(vault) !== undefined) came.passkey += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(DamagedVault);
      came.damaged += 1;
    }
  }

  expect(Math.min(...Object.values(came))).toBeGreaterThan(0);
});

async function labelsOf(person: Person): Promise<readonly string[]> {
  return (await person.show({ view: "cards" })).map(({ label }) => label).sort();
}

function passkeyLock(): Bytes {
  const [credentialBytes, rest] = [16, 32 + 12 + 48];
  return Uint8Array.from([1, 0, credentialBytes, ...new Uint8Array(credentialBytes + rest)]);
}

function damageRows(
  { disk }: Person,
  table: Table,
  isMeant: (id: string) => boolean,
  damage: (sealed: Bytes) => Bytes,
): void {
  const rows = disk.tables.get(table) ?? new Map();
  for (const [id, row] of rows) if (isMeant(id)) rows.set(id, { ...row, sealed: damage(row.sealed) });
}
