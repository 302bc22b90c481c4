import { ok } from "@tacit/shared/result";
import type { Claim, ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import type { GroupCommit } from "../db/group-commit.ts";
import type { Handlers } from "../http/mount.ts";
import type { Log } from "../log.ts";
import type { Clock } from "../ports.ts";
import { claimCard } from "./claim.ts";
import { replaceDeliveryKeys } from "./replace.ts";
import type { DeliveryKeyStore } from "./store.ts";

type Ports = {
  readonly clock: Clock;
  readonly commits: GroupCommit;
  readonly deliveryKeys: DeliveryKeyStore;
  readonly log: Log;
};

/** Claims for both edges. Answers when the claim is durable. */
export function buildClaims({ clock, commits, deliveryKeys, log }: Ports): (claim: Claim) => Promise<ClaimAnswer> {
  return async (claim) => {
    try {
      return { status: await commits.run(() => claimCard(deliveryKeys, claim, clock.nowMs())) };
    } catch (failure) {
      log("error", "could not store a claim", failure);
      return { status: "retry" };
    }
  };
}

export function deliveryKeyRoutes(
  { commits, deliveryKeys }: Pick<Ports, "commits" | "deliveryKeys">,
  claim: (claim: Claim) => Promise<ClaimAnswer>,
): Pick<Handlers, "putDeliveryKeys" | "claim"> {
  return {
    putDeliveryKeys: (set, { accountId }) => commits.run(() => replaceDeliveryKeys(deliveryKeys, accountId, set)),
    claim: async (request) => ok(await claim(request)),
  };
}
