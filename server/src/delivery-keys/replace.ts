import { type Bytes, concat } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKeyHash } from "@tacit/shared/ids";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { DeliveryKeySet, KeySetAnswer } from "@tacit/shared/wire/delivery-keys";
import { mapKey, sha256 } from "../hash.ts";
import type { DeliveryKeyStore, KeyClass } from "./store.ts";

/** What a set names, and the key that it means by that: for a one-time card that was claimed, the claimant's. */
type Meant = { readonly named: DeliveryKeyHash; readonly hash: DeliveryKeyHash; readonly class: KeyClass };

/**
 * Replaces an account's whole set of delivery keys. Where the set names a one-time card that was claimed, the
 * claimant's key takes its place. Hashes of another account are left out and named in the answer: whoever holds a key
 * could have registered it before its maker did, and must not keep the rest from being in force. The same set again
 * under the same version is put again, so that it gets the same answer. Runs inside a commit; refuses before it writes.
 */
export function replaceDeliveryKeys(
  store: DeliveryKeyStore,
  accountId: AccountId,
  set: DeliveryKeySet,
): Result<KeySetAnswer, "malformed" | "outdated"> {
  if (namesTwice(set)) return refused("malformed");
  const digest = digestOf(set);
  const current = store.versionOf(accountId);
  if (current !== undefined && set.version <= current.version) {
    if (set.version !== current.version || !current.isSame(digest)) return refused("outdated");
  }
  const own = new Set(store.allOf(accountId).map(({ hash }) => mapKey(hash)));
  const isOurs = (hash: DeliveryKeyHash) => own.has(mapKey(hash)) || !isForeign(store, accountId, hash);
  const { ours = [], foreign = [] } = Object.groupBy(resolveClaims(store, accountId, set), ({ named, hash }) =>
    isOurs(named) && isOurs(hash) ? "ours" : "foreign",
  );
  apply(store, accountId, ours);
  store.setVersion(accountId, set.version, digest);
  const notOurs = foreign.length === 0 ? undefined : foreign.map(({ named }) => named);
  return ok({ refused: notOurs, claimed: store.claimedCardsOf(accountId) });
}

/** Whether a new account may have this set: no key twice, and none that is another's. Writes nothing. */
export function checkDeliveryKeys(
  store: DeliveryKeyStore,
  accountId: AccountId,
  set: DeliveryKeySet,
): Result<undefined, "malformed"> {
  if (namesTwice(set)) return refused("malformed");
  return namesIn(set).some((hash) => isForeign(store, accountId, hash)) ? refused("malformed") : ok(undefined);
}

function namesIn({ contact, card, onceCard }: DeliveryKeySet): readonly DeliveryKeyHash[] {
  return [...contact, ...card, ...onceCard];
}

function namesTwice(set: DeliveryKeySet): boolean {
  const named = namesIn(set);
  return new Set(named.map(mapKey)).size !== named.length;
}

/** A hash that another account names, or whose key it has given out and taken back. Only who knows the key can name it. */
function isForeign(store: DeliveryKeyStore, accountId: AccountId, hash: DeliveryKeyHash): boolean {
  const found = store.find(hash);
  return found !== undefined && found.accountId !== accountId;
}

function resolveClaims(store: DeliveryKeyStore, accountId: AccountId, set: DeliveryKeySet): readonly Meant[] {
  const claimants = new Map(store.claimsOf(accountId).map(({ card, claimant }) => [mapKey(card), claimant]));
  const asNamed = (keyClass: KeyClass) => (named: DeliveryKeyHash) => ({ named, hash: named, class: keyClass });
  const once = set.onceCard.map((named): Meant => {
    const claimant = claimants.get(mapKey(named));
    return claimant === undefined ? asNamed("once")(named) : { named, hash: claimant, class: "contact" };
  });
  return [...once, ...set.card.map(asNamed("card")), ...set.contact.map(asNamed("contact"))];
}

function apply(store: DeliveryKeyStore, accountId: AccountId, meant: readonly Meant[]): void {
  const wanted = new Map(meant.map((key) => [mapKey(key.hash), key]));
  const stored = store.allOf(accountId);
  const isKept = (key: { readonly hash: DeliveryKeyHash; readonly class: KeyClass }) =>
    wanted.get(mapKey(key.hash))?.class === key.class;
  const kept = new Set(stored.filter(isKept).map(({ hash }) => mapKey(hash)));
  store.retire(
    accountId,
    stored.filter((key) => !isKept(key)).map(({ hash }) => hash),
  );
  for (const [name, { hash, class: keyClass }] of wanted) {
    if (!kept.has(name)) store.add(accountId, hash, keyClass);
  }
}

/** Of what a set names, whatever the order within a class. */
function digestOf({ contact, card, onceCard }: DeliveryKeySet): Bytes {
  const parts = [contact, card, onceCard].map((hashes) => sha256(concat(...[...hashes].sort(Buffer.compare))));
  return sha256(...parts);
}
