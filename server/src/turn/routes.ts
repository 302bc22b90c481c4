import { HOUR_MS, TURN_CREDENTIAL_TTL_MS, TURN_CREDENTIALS_PER_HOUR } from "@tacit/shared/limits";
import { ok, refused } from "@tacit/shared/result";
import { Budget } from "../budget.ts";
import type { Handlers } from "../http/mount.ts";
import type { Clock, Random } from "../ports.ts";
import { mintCredentials } from "./credentials.ts";
import { Pseudonyms } from "./pseudonyms.ts";

/** The TURN servers that the relay lets its people use, all with one secret. */
export type TurnService = { readonly urls: readonly string[]; readonly secret: string };

type Ports = { readonly clock: Clock; readonly random: Random; readonly turn: TurnService | undefined };

/** Nothing is stored: a TURN server learns that somebody of this relay may use it, and not who. */
export function turnRoutes({ clock, random, turn }: Ports): Pick<Handlers, "turn"> {
  const budget = new Budget(clock, HOUR_MS, TURN_CREDENTIALS_PER_HOUR);
  const pseudonyms = new Pseudonyms(clock, random);
  return {
    turn: (_request, { accountId }) => {
      if (!budget.spend(accountId)) return refused("rate");
      const expiresAtMs = clock.nowMs() + TURN_CREDENTIAL_TTL_MS;
      if (turn === undefined) return ok({ servers: [], expiresAtMs });
      return ok({
        servers: [{ urls: turn.urls, ...mintCredentials(turn.secret, expiresAtMs, pseudonyms.of(accountId)) }],
        expiresAtMs,
      });
    },
  };
}
