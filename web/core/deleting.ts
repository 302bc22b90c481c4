import { ok, type Result, refused } from "@tacit/shared/result";
import type { DeletionRefusal } from "./client-api.ts";
import type { Core } from "./core.ts";
import { erase } from "./erasing.ts";
import { isUncertain, logIn, toLoginRefusal } from "./logging-in.ts";

/** Deletes the account at the relay, and only then everything here. Password and identity key both agree to it. */
export async function deleteAccount(
  core: Core,
  password: string,
  goQuiet: () => Promise<void>,
): Promise<Result<undefined, DeletionRefusal>> {
  const loggedIn = await logIn(core, core.account.login, password);
  if (!loggedIn.ok) return loggedIn;
  const { ticket } = loggedIn.value;
  const signature = await core.ports.keyholder.sign("account deletion", ticket);
  const deleted = await core.ports.relay.request("deleteAccount", { ticket, signature });
  if (!deleted.ok && !isUncertain(deleted.reason)) return refused(toLoginRefusal(deleted.reason));
  if (!deleted.ok && !(await isGone(core, password))) return refused("unreachable");
  await goQuiet();
  await erase(core);
  return ok(undefined);
}

/** Whether the password that was right a moment ago opens nothing at the relay any more. */
async function isGone(core: Core, password: string): Promise<boolean> {
  const tried = await logIn(core, core.account.login, password);
  return !tried.ok && tried.reason === "wrong-password";
}
