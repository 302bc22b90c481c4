import { toHex } from "@tacit/shared/bytes";
import type { DeliveryKey, DeliveryKeyHash } from "@tacit/shared/ids";
import { putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { hashOfKey, revokeKey } from "./key-pool.ts";
import { CARDS, KEY_POOL, META } from "./meta-kinds.ts";
import { giveAnotherKey } from "./rekeying.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

// What the relay says of our delivery keys, taken in. docs/PROTOCOL.md §6.

/** One-time cards that somebody has used, whether or not they said so to us. */
export async function markClaimed(work: Work, claimed: readonly DeliveryKeyHash[]): Promise<void> {
  if (claimed.length === 0) return;
  const isClaimed = among(claimed);
  const before = await work.get(CARDS, META.cards);
  if (before === undefined || !before.cards.some((card) => card.isOnce && !card.isUsed && isClaimed(card.key))) return;
  const cards = before.cards.map((card) => (card.isOnce && isClaimed(card.key) ? { ...card, isUsed: true } : card));
  work.put(CARDS, META.cards, { cards });
  work.touch(TOPIC.cards);
}

/**
 * Keys that the relay does not let us have, since another account named them first: nobody can reach us by them. Spares
 * are made anew, contacts get another key, and cards that carry one are gone.
 */
export async function replaceRefused(core: Core, work: Work, refused: readonly DeliveryKeyHash[]): Promise<void> {
  let pool = await work.get(KEY_POOL, META.keyPool);
  const cards = await work.get(CARDS, META.cards);
  if (refused.length === 0 || pool === undefined || cards === undefined) return;
  const isRefused = among(refused);
  const { random } = core.ports;
  for (const { key } of [...pool.contact, ...pool.card, ...pool.onceCard]) {
    if (isRefused(key)) pool = revokeKey(pool, key, random);
  }
  work.put(KEY_POOL, META.keyPool, pool);
  for (const [id, contact] of core.contacts()) {
    if (isRefused(contact.ourKey)) await giveAnotherKey(core, work, id, contact);
  }
  work.put(CARDS, META.cards, { cards: cards.cards.filter(({ key }) => !isRefused(key)) });
  work.touch(TOPIC.cards);
}

/**
 * Takes back every one-time card that was used and that no contact admits to, once for each person who was blocked and
 * never said by which card they came. Answers whether the set has to be published anew.
 */
export async function revokeUnaccounted(core: Core): Promise<boolean> {
  const blocked = core.contacts().filter(([, { isUnaccounted }]) => isUnaccounted === true);
  if (blocked.length === 0) return false;
  return core.change(async (work) => {
    const pool = await work.get(KEY_POOL, META.keyPool);
    const cards = (await work.get(CARDS, META.cards))?.cards ?? [];
    if (pool === undefined) return false;
    for (const [id, contact] of blocked) putContact(work, id, { ...contact, isUnaccounted: undefined });
    const owned = new Set(core.contacts().map(([, { cardId }]) => cardId));
    const unaccounted = cards.filter((card) => card.isOnce && card.isUsed && !owned.has(card.id));
    if (unaccounted.length === 0) return false;
    const revoked = unaccounted.reduce((before, { key }) => revokeKey(before, key, core.ports.random), pool);
    work.put(KEY_POOL, META.keyPool, revoked);
    return true;
  });
}

function among(hashes: readonly DeliveryKeyHash[]): (key: DeliveryKey) => boolean {
  const names = new Set(hashes.map(toHex));
  return (key) => names.has(toHex(hashOfKey(key)));
}
