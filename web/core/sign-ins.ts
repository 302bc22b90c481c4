import { fromBase64Url, toBase64Url } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { SignInsRefusal } from "./client-api.ts";
import type { Core } from "./core.ts";
import type { RelayFailure } from "./ports/relay.ts";
import type { SignInView } from "./views.ts";

const NO_NAME = "";

/** Where this account is signed in, as the relay says now: this place first, then the last seen. */
export async function listSignIns(core: Core): Promise<Result<readonly SignInView[], SignInsRefusal>> {
  const listed = await core.ports.relay.request("listSignIns", {}, core.account.token);
  if (!listed.ok) return refused(toRefusal(listed.reason));
  const { signIns } = listed.value;
  const names = await core.ports.keyholder.openSignInNames(signIns.map(({ name }) => name ?? new Uint8Array()));
  const views = signIns.map(
    ({ id, sinceDayMs, seenDayMs, isThis }, at): SignInView => ({
      id: toBase64Url(id),
      name: names[at] ?? NO_NAME,
      sinceDayMs,
      seenDayMs,
      isThis,
    }),
  );
  return ok(views.sort((a, b) => Number(b.isThis) - Number(a.isThis) || b.seenDayMs - a.seenDayMs));
}

/** Ends one sign-in elsewhere, or all of them. */
export async function endSignIns(core: Core, id: string | undefined): Promise<Result<undefined, SignInsRefusal>> {
  const wanted = id === undefined ? {} : { id: fromBase64Url(id) };
  const ended = await core.ports.relay.request("endSignIns", wanted, core.account.token);
  return ended.ok ? ok(undefined) : refused(toRefusal(ended.reason));
}

function toRefusal(reason: RelayFailure): SignInsRefusal {
  return reason === "unauthorized" ? "signed-out" : reason === "version" ? "outdated-client" : "unreachable";
}
