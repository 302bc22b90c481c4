import * as z from "zod/mini";

/**
 * Why the relay refused an HTTP request or a connection. malformed: broke the schema or a limit. version: speaks
 * another protocol. unauthorized: the token or ticket is unknown, revoked or used up. handle-taken, invite (missing,
 * used or wrong), closed: registration. wrong-password: also for names that nobody has. forged: a signature does not
 * hold. outdated: a list, set or vault older than what the relay has. epoch: this device was restored from a copy.
 * disabled: whoever runs the relay has shut the account out, told to its own token or password alone. devices: more than
 * an account may have here. work: no proof of work, or of a challenge that is over: ask for another. rate: too many, wait. unavailable: the relay cannot store now; try the same again. not-found: no such thing here.
 */
export const RELAY_REFUSALS = [
  "malformed",
  "version",
  "unauthorized",
  "handle-taken",
  "invite",
  "closed",
  "wrong-password",
  "forged",
  "outdated",
  "epoch",
  "disabled",
  "devices",
  "work",
  "rate",
  "unavailable",
  "not-found",
] as const;
export type RelayRefusal = (typeof RELAY_REFUSALS)[number];

export type RelayError = { readonly error: RelayRefusal; readonly retryAfterMs?: number | undefined };
export const RelayError: z.ZodMiniType<RelayError> = z.object({
  error: z.enum(RELAY_REFUSALS),
  retryAfterMs: z.optional(z.number()),
});
