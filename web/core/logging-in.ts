import { type Bytes, concat } from "@tacit/shared/bytes";
import type { AccountId, DeviceId, DeviceToken } from "@tacit/shared/ids";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { Core } from "./core.ts";
import type { RelayFailure } from "./ports/relay.ts";

export type LoginRefusal = "wrong-password" | "disabled" | "rate" | "outdated-client" | "unreachable";

/** `ticket` proves the password to the relay for five minutes; `exportKey` is secret. */
export type LoggedIn = { readonly accountId: AccountId; readonly ticket: Bytes; readonly exportKey: Bytes };

/** OPAQUE: proves the password without showing it. docs/PROTOCOL.md §2. */
export async function logIn(core: Core, login: string, password: string): Promise<Result<LoggedIn, LoginRefusal>> {
  const { passwords, relay } = core.ports;
  const { state, request } = await passwords.startLogin(password);
  const started = await relay.request("startLogin", { login, request });
  if (!started.ok) return refused(toLoginRefusal(started.reason));
  const { response, stretching, attempt } = started.value;
  const proof = await passwords.finishLogin({ password, state, response, stretching });
  if (!proof.ok) return proof;
  const loggedIn = await relay.request("finishLogin", { attempt, request: proof.value.request });
  // What the relay has opens by this password: it has forgotten the attempt, or gave it out once already.
  if (!loggedIn.ok && loggedIn.reason === "wrong-password") return refused("unreachable");
  if (!loggedIn.ok) return refused(toLoginRefusal(loggedIn.reason));
  return ok({ ...loggedIn.value, exportKey: proof.value.exportKey });
}

/** A ticket and the identity key's signature make a device token. */
export async function claimToken(
  core: Core,
  ticket: Bytes,
  deviceId: DeviceId,
): Promise<Result<DeviceToken, LoginRefusal>> {
  const { deviceName, keyholder, relay } = core.ports;
  const signature = await keyholder.sign("device token", concat(ticket, Uint8Array.of(deviceId)));
  const name = await keyholder.sealSignInName(deviceName);
  const issued = await relay.request("issueToken", { ticket, deviceId, signature, name });
  if (issued.ok) return ok(issued.value.token);
  // The ticket is over, and the password was right.
  return refused(issued.reason === "unauthorized" ? "unreachable" : toLoginRefusal(issued.reason));
}

/**
 * Whether what a ticket was shown for may have been done all the same. Nobody answered; or the ticket is over, perhaps by
 * this very request, which a browser may send twice, to a relay that has forgotten the first; or its disk refused, and
 * nobody says how far it came.
 */
export function isUncertain(reason: RelayFailure): boolean {
  return reason === "unreachable" || reason === "unauthorized" || reason === "unavailable";
}

export function toLoginRefusal(reason: RelayFailure): LoginRefusal {
  switch (reason) {
    case "wrong-password":
    case "forged":
    case "unauthorized":
      return "wrong-password";
    case "disabled":
    case "rate":
      return reason;
    case "version":
      return "outdated-client";
    default:
      return "unreachable";
  }
}
