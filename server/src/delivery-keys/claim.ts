import { equalBytes } from "@tacit/shared/bytes";
import type { DeliveryKeyHash } from "@tacit/shared/ids";
import { CLAIM_TTL_MS } from "@tacit/shared/limits";
import type { Claim, ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import { sha256 } from "../hash.ts";
import { toNextHour } from "../hours.ts";
import type { DeliveryKeyStore } from "./store.ts";

/**
 * First use of a one-time card: the claimant's key takes the card's place and is a contact key from then on. Runs
 * inside a commit.
 */
export function claimCard(store: DeliveryKeyStore, claim: Claim, nowMs: number): ClaimAnswer["status"] {
  const card = sha256(claim.card) as DeliveryKeyHash;
  const before = store.findClaim(card);
  if (before !== undefined) return equalBytes(before.claimant, claim.claimant) ? "ok" : "claimed";
  const key = store.find(card);
  if (key?.class === "card") return "reusable";
  if (key?.class !== "once") return "unknown-key";
  if (store.find(claim.claimant) !== undefined) return "malformed";
  store.remove(card);
  store.add(key.accountId, claim.claimant, "contact");
  store.addClaim({
    card,
    accountId: key.accountId,
    claimant: claim.claimant,
    forgetAtMs: toNextHour(nowMs + CLAIM_TTL_MS),
  });
  return "ok";
}
