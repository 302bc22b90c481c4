import type { Bytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import type { Table } from "@tacit/web/core/ports/store";
import { memoryStore } from "@tacit/web/core/testing/memory-store";
import { DamagedVault, passkeyOf, readVaultRow } from "@tacit/web/core/vault-row";
import { expect, test } from "vitest";
import { isGate } from "../extent.ts";
import type { Person } from "../scenarios/person.ts";
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
    damageRows(alice, "meta", (id) => id === "settings" || id === "recovery-state", damage);
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

test("a device whose epoch cannot be read is taken for a copy: it says so, sends nothing and shows what it has", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await bob.say(alice, "one");
  await alice.hears(bob, "one");
  await alice.quit();
  damageRows(
    alice,
    "meta",
    (id) => id === "epoch",
    () => new Uint8Array(0),
  );

  await alice.open();

  await alice.sees("that it is a copy", { view: "connection" }, ({ state }) => state === "restored");
  await alice.hears(bob, "one");
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
