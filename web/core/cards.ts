import { accountIdOf } from "@tacit/crypto/verify";
import { ok, type Result, refused } from "@tacit/shared/result";
import { type Card, fromLink, toLink } from "@tacit/shared/wire/card";
import type { AddRefusal, Client } from "./client-api.ts";
import type { Core } from "./core.ts";
import { revokeKey, takeKey } from "./key-pool.ts";
import { CARDS, KEY_POOL, META, type OwnCard } from "./meta-kinds.ts";
import type { CardId, CardPreview, CardView } from "./views.ts";
import { TOPIC } from "./watching.ts";

const MAX_CARDS = 64;
const PROOF_BYTES = 16;

/** A card of ours. Its key is registered already, as one of the pool's: handing it out needs no network. */
export async function createCard(
  core: Core,
  { label, isOnce, lastsMs }: Parameters<Client["createCard"]>[0],
): Promise<CardView> {
  return core.change(async (work) => {
    const pool = await work.get(KEY_POOL, META.keyPool);
    const before = await work.get(CARDS, META.cards);
    if (pool === undefined || before === undefined) throw new Error("the client is not open");
    if (before.cards.length >= MAX_CARDS) throw new RangeError("too many cards");
    const id = core.newId();
    const taken = takeKey(pool, isOnce ? "onceCard" : "card", id, core.ports.random);
    const createdAtMs = core.nowMs();
    // By the relay's clock where the two disagree: whoever reads the card goes by theirs.
    const expiresAtMs = lastsMs === undefined ? undefined : core.clocks.relayMs() + lastsMs;
    const proof = isOnce ? core.ports.random(PROOF_BYTES) : undefined;
    const card: OwnCard = { id, label, isOnce, key: taken.key, proof, createdAtMs, expiresAtMs, isUsed: false };
    work.put(KEY_POOL, META.keyPool, taken.pool);
    work.put(CARDS, META.cards, { cards: [card, ...before.cards] });
    work.touch(TOPIC.cards);
    return toView(core, card);
  });
}

/** From the next key set on nobody can come by it any more. Contacts who came by it stay. */
export async function revokeCard(core: Core, id: CardId): Promise<void> {
  await core.change(async (work) => {
    const pool = await work.get(KEY_POOL, META.keyPool);
    const before = await work.get(CARDS, META.cards);
    const card = before?.cards.find((one) => one.id === id);
    if (pool === undefined || before === undefined || card === undefined) return;
    work.put(KEY_POOL, META.keyPool, revokeKey(pool, card.key, core.ports.random));
    work.put(CARDS, META.cards, { cards: before.cards.filter((one) => one.id !== id) });
    work.touch(TOPIC.cards);
  });
}

/** Takes back the keys of cards that are past their time. Answers whether there were any. */
export async function endCards(core: Core): Promise<boolean> {
  // Whoever came by a used one writes by a key that stands in its place.
  const isEnding = ({ expiresAtMs, isUsed, isOver }: OwnCard) =>
    !isUsed && isOver !== true && expiresAtMs !== undefined && expiresAtMs < core.clocks.earliestMs();
  if (core.records.held(CARDS, META.cards)?.value.cards.some(isEnding) !== true) return false;
  return core.change(async (work) => {
    const before = await work.get(CARDS, META.cards);
    let pool = await work.get(KEY_POOL, META.keyPool);
    if (pool === undefined || before === undefined) return false;
    for (const { key } of before.cards.filter(isEnding)) pool = revokeKey(pool, key, core.ports.random);
    work.put(KEY_POOL, META.keyPool, pool);
    work.put(CARDS, META.cards, {
      cards: before.cards.map((card) => (isEnding(card) ? { ...card, isOver: true } : card)),
    });
    work.touch(TOPIC.cards);
    return true;
  });
}

export function toView(core: Core, card: OwnCard): CardView {
  const { id, label, isOnce, createdAtMs, expiresAtMs, isUsed, isOver = false, key, proof } = card;
  const { relay, account, name, identityKey } = core.account;
  const given = { relay, account, name, identityKey, key, isOnce, expiresAtMs };
  const [link, qr] = [toLink(given), toLink({ ...given, proof })];
  return { id, label, isOnce, link, qr, createdAtMs, expiresAtMs, isUsed, isOver };
}

/** Reads a link and checks all that can be checked without a network: its key belongs to its account. */
export function readCard(link: string, nowMs: number): Result<Card, AddRefusal> {
  const read = fromLink(link);
  if (!read.ok) return read;
  const card = read.value;
  if (card.identityKey[0] !== 0x05 || accountIdOf(card.identityKey) !== card.account) return refused("forged");
  if (card.expiresAtMs !== undefined && card.expiresAtMs < nowMs) return refused("expired");
  return ok(card);
}

export function previewCard(link: string, nowMs: number): Result<CardPreview, AddRefusal> {
  const read = readCard(link, nowMs);
  if (!read.ok) return read;
  const { name, relay, isOnce, expiresAtMs } = read.value;
  return ok({ name, relay, isOnce, expiresAtMs });
}
