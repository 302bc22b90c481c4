import { verifySignature } from "@tacit/crypto/verify";
import { Owner } from "@tacit/server/testing/owner";
import { seededRandom } from "@tacit/server/testing/seeded-random";
import { concat, toBase64Url } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { labelled } from "@tacit/shared/labels";
import { fromLink } from "@tacit/shared/wire/card";
import { readDeviceList } from "@tacit/web/core/device-list";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import { expect, test } from "vitest";
import { isGate, isLong } from "../extent.ts";
import { Chance } from "../simulation/chance.ts";
import { changeSome } from "./changed-values.ts";

const CHANGED = isLong ? 50_000 : isGate ? 3_000 : 300;
const owner = new Owner(seededRandom("signs anything"));
const { identityKey } = owner;
const keyholder: Pick<Keyholder, "verify"> = {
  verify: async (key, label, message, signature) => verifySignature(key, concat(labelled(label), message), signature),
};

test("AR-10: whatever a contact signs as a list of devices, it is read as one or refused", async () => {
  const chance = new Chance("signed lists");
  const original = {
    identityKey,
    counter: 3,
    previous: new Uint8Array(32),
    dateMs: 1,
    devices: [
      { deviceId: 1, registrationId: 7 },
      { deviceId: 2, registrationId: 8 },
    ],
  };
  const came = new Map<string, number>();

  for (let n = 0; n < CHANGED; n++) {
    const list = encode(changeSome(original, chance));
    const signed = { list, signature: owner.sign("device list", list) };
    const read = await readDeviceList(keyholder, signed, { identityKey, nowMs: 1 });
    came.set(read.ok ? "ok" : read.reason, (came.get(read.ok ? "ok" : read.reason) ?? 0) + 1);
    if (!read.ok) continue;
    const ids = read.value.devices.map(({ deviceId }) => deviceId);
    expect([new Set(ids).size, ids.every((id) => id >= 1 && id <= 127)]).toEqual([ids.length, true]);
    expect([ids.length > 0 && ids.length <= 8, Number.isInteger(read.value.counter)]).toEqual([true, true]);
  }

  expect(came.get("ok")).toBeGreaterThan(CHANGED / 100);
  expect(came.get("forged")).toBeGreaterThan(CHANGED / 4);
}, 600_000);

test("AR-10: whatever is changed of a card, it is one, a newer one or none", () => {
  const chance = new Chance("changed cards");
  const relay = "https://relay.example";
  const original = [
    1,
    relay,
    owner.accountId,
    "Mallory",
    identityKey,
    new Uint8Array(32),
    true,
    null,
    new Uint8Array(16),
  ];
  const came = { ok: 0, malformed: 0, newer: 0 };

  for (let n = 0; n < CHANGED; n++) {
    const read = fromLink(`${relay}/#/add/${toBase64Url(encode(changeSome(original, chance)))}`);
    came[read.ok ? "ok" : read.reason] += 1;
  }

  expect(Math.min(...Object.values(came))).toBeGreaterThan(0);
});
