import type { AccountId, DeliveryKeyHash } from "@tacit/shared/ids";
import { DAY_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { buildAccountStore } from "../accounts/store.ts";
import { openDatabase } from "../db/open.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Owner } from "../testing/owner.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { buildDeliveryKeyStore, MAX_RETIRED_KEYS, RETIRED_MEMORY_MS } from "./store.ts";

/** A store with one account, and nothing in it. */
function createStage() {
  const clock = new FakeClock();
  const random = seededRandom("keys");
  const db = openDatabase(":memory:", random);
  const { accountId, identityKey } = new Owner(random);
  const none = new Uint8Array();
  buildAccountStore(db).add({
    ...{ id: accountId, login: "bob", record: "", stretching: "", identityKey },
    ...{ list: none, listSignature: none, listCounter: 1, deliveryKeysVersion: 0, deliveryKeysDigest: none },
  });
  const hashes = (count: number) => Array.from({ length: count }, () => random(32) as DeliveryKeyHash);
  return { clock, db, accountId, keys: buildDeliveryKeyStore(db, clock), hashes };
}

const retired = (accountId: AccountId) => ({ class: "retired", accountId });

test("retired hashes are dated to the day, and forgotten a few at a time", () => {
  const { clock, db, accountId, keys, hashes } = createStage();
  keys.retire(accountId, hashes(5));
  clock.advance(DAY_MS / 3);
  keys.retire(accountId, hashes(2));

  const dates = db.$client.prepare("SELECT DISTINCT forget_at_ms FROM retired_keys").pluck().all() as number[];
  expect(dates.map((date) => date % DAY_MS)).toEqual([0]);
  clock.advance(RETIRED_MEMORY_MS);
  const early = keys.forgetRetired(3);
  clock.advance(DAY_MS);

  expect([early, keys.forgetRetired(3), keys.forgetRetired(3), keys.forgetRetired(3)]).toEqual([0, 3, 3, 1]);
});

test("an account that retires thousands of hashes fills no disk: the oldest are forgotten first", () => {
  const { clock, db, accountId, keys, hashes } = createStage();
  const [oldest = [], newest = []] = [hashes(2), hashes(MAX_RETIRED_KEYS - 1)];
  keys.retire(accountId, oldest);
  clock.advance(DAY_MS);
  keys.retire(accountId, newest);

  expect(oldest.filter((hash) => keys.find(hash) !== undefined)).toHaveLength(1);
  for (const hash of newest) expect(keys.find(hash)).toEqual(retired(accountId));
  expect(db.$client.prepare("SELECT count(*) FROM retired_keys").pluck().get()).toBe(MAX_RETIRED_KEYS);
});

test("a hash is retired or in use, never both", () => {
  const { db, accountId, keys, hashes } = createStage();
  const [hash] = hashes(1) as [DeliveryKeyHash];

  keys.add(accountId, hash, "card");
  keys.retire(accountId, [hash]);
  expect(keys.find(hash)).toEqual(retired(accountId));
  keys.add(accountId, hash, "once");

  expect(keys.find(hash)).toEqual({ class: "once", accountId });
  expect(db.$client.prepare("SELECT count(*) FROM retired_keys").pluck().get()).toBe(0);
});
