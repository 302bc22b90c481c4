import { sha256 } from "@tacit/crypto/digest";
import { equalBytes } from "@tacit/shared/bytes";
import type { DeliveryKey, DeliveryKeyHash } from "@tacit/shared/ids";
import { DELIVERY_KEY_BYTES, DELIVERY_KEY_POOL_STEP } from "@tacit/shared/limits";
import type { DeliveryKeySet } from "@tacit/shared/wire/delivery-keys";
import type { KeyPool, PoolKey } from "./meta-kinds.ts";
import type { Random } from "./ports/random.ts";

// The delivery keys that may post to us. Pure: each function answers a new pool. docs/PROTOCOL.md §6.

type KeyClass = "contact" | "card" | "onceCard";

export function newDeliveryKey(random: Random): DeliveryKey {
  return random(DELIVERY_KEY_BYTES) as DeliveryKey;
}

export function hashOfKey(key: DeliveryKey): DeliveryKeyHash {
  return sha256(key) as DeliveryKeyHash;
}

/** 64 spare keys of each class: the first contacts and cards need no new set. */
export function newKeyPool(random: Random): KeyPool {
  return {
    version: 1,
    isPublished: false,
    contact: spares(random),
    card: spares(random),
    onceCard: spares(random),
  };
}

/** Gives a spare key to `holder`. Where none is left the class grows by 64, and the set has to be published first. */
export function takeKey(
  pool: KeyPool,
  keyClass: KeyClass,
  holder: string,
  random: Random,
): { readonly pool: KeyPool; readonly key: DeliveryKey } {
  const spare = pool[keyClass].find((entry) => entry.holder === undefined);
  if (spare === undefined) {
    const grown = { ...pool, [keyClass]: [...pool[keyClass], ...spares(random)] };
    return takeKey(changed(grown), keyClass, holder, random);
  }
  const keys = pool[keyClass].map((entry) => (entry === spare ? { ...entry, holder } : entry));
  return { pool: { ...pool, [keyClass]: keys }, key: spare.key };
}

/** Takes a key back: a fresh spare stands in its place, and with the next set nobody can use it any more. */
export function revokeKey(pool: KeyPool, key: DeliveryKey, random: Random): KeyPool {
  const replace = (keys: readonly PoolKey[]) =>
    keys.map((entry) => (equalBytes(entry.key, key) ? { key: newDeliveryKey(random) } : entry));
  return changed({
    ...pool,
    contact: replace(pool.contact),
    card: replace(pool.card),
    onceCard: replace(pool.onceCard),
  });
}

export function toKeySet(pool: KeyPool): DeliveryKeySet {
  const hashes = (keys: readonly PoolKey[]) => keys.map(({ key }) => hashOfKey(key));
  return {
    version: pool.version,
    contact: hashes(pool.contact),
    card: hashes(pool.card),
    onceCard: hashes(pool.onceCard),
  };
}

/** The same pool as a newer set: for a relay that lost the one it had. */
export function changed(pool: KeyPool): KeyPool {
  return { ...pool, version: pool.version + 1, isPublished: false };
}

function spares(random: Random): readonly PoolKey[] {
  return Array.from({ length: DELIVERY_KEY_POOL_STEP }, () => ({ key: newDeliveryKey(random) }));
}
