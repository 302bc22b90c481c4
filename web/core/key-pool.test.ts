import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { DELIVERY_KEY_POOL_STEP } from "@tacit/shared/limits";
import { DeliveryKeySet } from "@tacit/shared/wire/delivery-keys";
import { expect, test } from "vitest";
import { changed, newKeyPool, revokeKey, takeKey, toKeySet } from "./key-pool.ts";

let count = 0;
const random = (length: number): Bytes => new Uint8Array(length).map(() => count++ & 0xff).fill(count >> 8, 0, 4);

test("a new pool is a valid set of spares", () => {
  const pool = newKeyPool(random);

  expect(DeliveryKeySet.safeParse(toKeySet(pool)).success).toBe(true);
  expect([...pool.contact, ...pool.card, ...pool.onceCard].every(({ holder }) => holder === undefined)).toBe(true);
});

test("a key is given once, and giving it changes no set", () => {
  const pool = newKeyPool(random);
  const first = takeKey(pool, "contact", "Alice", random);
  const second = takeKey(first.pool, "contact", "Bob", random);

  expect(equalBytes(first.key, second.key)).toBe(false);
  expect(second.pool.contact.map(({ holder }) => holder).slice(0, 3)).toEqual(["Alice", "Bob", undefined]);
  expect(toKeySet(second.pool)).toEqual(toKeySet(pool));
});

test("where no spare is left the class grows by a step and asks to be published", () => {
  let pool = { ...newKeyPool(random), isPublished: true };
  for (let n = 0; n < DELIVERY_KEY_POOL_STEP; n++)
    pool = { ...takeKey(pool, "card", `${n}`, random).pool } as typeof pool;
  expect(pool.isPublished).toBe(true);

  const grown = takeKey(pool, "card", "one more", random).pool;

  expect(grown.card.length).toBe(2 * DELIVERY_KEY_POOL_STEP);
  expect(grown).toMatchObject({ version: pool.version + 1, isPublished: false });
  expect(DeliveryKeySet.safeParse(toKeySet(grown)).success).toBe(true);
});

test("a key that is taken back is in no later set, and its place is a spare again", () => {
  const taken = takeKey(newKeyPool(random), "onceCard", "card", random);
  const revoked = revokeKey(taken.pool, taken.key, random);

  expect(revoked.onceCard.some(({ key, holder }) => equalBytes(key, taken.key) || holder !== undefined)).toBe(false);
  expect(revoked.onceCard.length).toBe(taken.pool.onceCard.length);
  expect(revoked).toMatchObject({ version: taken.pool.version + 1, isPublished: false });
});

test("the same pool can be said again as a newer set", () => {
  const pool = newKeyPool(random);

  expect(toKeySet(changed(pool))).toEqual({ ...toKeySet(pool), version: pool.version + 1 });
});
