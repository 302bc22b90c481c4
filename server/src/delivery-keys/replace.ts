import { type Bytes, concat } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKeyHash } from "@tacit/shared/ids";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { DeliveryKeySet } from "@tacit/shared/wire/delivery-keys";
import { mapKey, sha256 } from "../hash.ts";
import type { DeliveryKeyStore, KeyClass } from "./store.ts";

type Wanted = ReadonlyMap<string, { readonly hash: DeliveryKeyHash; readonly class: KeyClass }>;

/**
 * Replaces an account's whole set of delivery keys. Where the set names a one-time card that was claimed, the
 * claimant's key takes its place. The same set under the same version changes nothing. Runs inside a commit; refuses
 * before it writes.
 */
export function replaceDeliveryKeys(
  store: DeliveryKeyStore,
  accountId: AccountId,
  set: DeliveryKeySet,
): Result<undefined, "malformed" | "outdated"> {
  const checked = checkDeliveryKeys(store, accountId, set);
  if (!checked.ok) return checked;
  const digest = digestOf(set);
  const current = store.versionOf(accountId);
  if (current !== undefined && set.version <= current.version) {
    return set.version === current.version && current.isSame(digest) ? ok(undefined) : refused("outdated");
  }
  apply(store, accountId, resolveClaims(store, accountId, set));
  store.setVersion(accountId, set.version, digest);
  return ok(undefined);
}

/** Whether this account may have this set at all: no key twice, and none that is another's. Writes nothing. */
export function checkDeliveryKeys(
  store: DeliveryKeyStore,
  accountId: AccountId,
  set: DeliveryKeySet,
): Result<undefined, "malformed"> {
  const named = [...set.contact, ...set.card, ...set.onceCard];
  if (new Set(named.map(mapKey)).size !== named.length) return refused("malformed");
  return named.some((hash) => isForeign(store, accountId, hash)) ? refused("malformed") : ok(undefined);
}

function resolveClaims(store: DeliveryKeyStore, accountId: AccountId, set: DeliveryKeySet): Wanted {
  const wanted = new Map<string, { hash: DeliveryKeyHash; class: KeyClass }>();
  const want = (hash: DeliveryKeyHash, keyClass: KeyClass) => wanted.set(mapKey(hash), { hash, class: keyClass });
  const claimants = new Map(store.claimsOf(accountId).map(({ card, claimant }) => [mapKey(card), claimant]));
  for (const hash of set.onceCard) {
    const claimant = claimants.get(mapKey(hash));
    if (claimant === undefined) want(hash, "once");
    else want(claimant, "contact");
  }
  for (const hash of set.card) want(hash, "card");
  for (const hash of set.contact) want(hash, "contact");
  return wanted;
}

/** A hash of another account's key. Only who knows that key can name it, and it must not be taken away. */
function isForeign(store: DeliveryKeyStore, accountId: AccountId, hash: DeliveryKeyHash): boolean {
  const found = store.find(hash);
  return found !== undefined && found.class !== "claimed" && found.accountId !== accountId;
}

function apply(store: DeliveryKeyStore, accountId: AccountId, wanted: Wanted): void {
  const kept = new Set<string>();
  for (const stored of store.allOf(accountId)) {
    const name = mapKey(stored.hash);
    if (wanted.get(name)?.class === stored.class) kept.add(name);
    else store.remove(stored.hash);
  }
  for (const [name, { hash, class: keyClass }] of wanted) {
    if (!kept.has(name)) store.add(accountId, hash, keyClass);
  }
}

/** Of what a set names, whatever the order within a class. */
function digestOf({ contact, card, onceCard }: DeliveryKeySet): Bytes {
  const parts = [contact, card, onceCard].map((hashes) => sha256(concat(...[...hashes].sort(Buffer.compare))));
  return sha256(...parts);
}
