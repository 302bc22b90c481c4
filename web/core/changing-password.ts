import { sha256 } from "@tacit/crypto/digest";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import type { PasswordChangeRefusal } from "./client-api.ts";
import type { Core } from "./core.ts";
import { mustGoOn } from "./damage.ts";
import { isUncertain, logIn, toLoginRefusal } from "./logging-in.ts";
import { MIN_PASSWORD_CHARACTERS } from "./login-name.ts";
import { META, PASSWORD_CHANGE, RECOVERY_STATE } from "./meta-kinds.ts";
import type { Row } from "./ports/store.ts";
import { writeContents } from "./recovery-vault.ts";
import { readVaultRow, toVaultRow } from "./vault-row.ts";

/**
 * The keeper of the vault may be putting a version or more at this very moment, and the first since a recovery leaves 63
 * out: ours is above all of them, or the relay would be left with a vault that only the password before opens.
 */
const VERSION_STEP = 128;

/**
 * Gives the account, the recovery vault and this device a new password. The relay changes record and vault in one step;
 * what this device needs afterwards is durable here before that, so that no crash and no lost answer locks anybody out.
 */
export async function changePassword(
  core: Core,
  before: string,
  after: string,
): Promise<Result<undefined, PasswordChangeRefusal>> {
  if ([...after].length < MIN_PASSWORD_CHARACTERS) return refused("password-short");
  if (mustGoOn(core)) return refused("held-back");
  const { keyholder, passwords, relay, store } = core.ports;
  const loggedIn = await logIn(core, core.account.login, before);
  if (!loggedIn.ok) return loggedIn;
  if (core.records.held(PASSWORD_CHANGE, META.passwordChange) !== undefined) await settleByRight(core, before);
  // Nobody could tell by the password which of the two counts.
  if (before.normalize("NFC") === after.normalize("NFC")) return ok(undefined);
  const { ticket } = loggedIn.value;
  const { state, request } = await passwords.startRegistration(after);
  const started = await relay.request("startPasswordChange", { ticket, request });
  if (!started.ok) return refused(toLoginRefusal(started.reason));
  const { response } = started.value;
  const made = await passwords.finishRegistration({ password: after, state, response });

  const [vault, recoveryRow] = [await readVaultRow(store), await store.get("meta", META.recovery)];
  const recovery = core.records.held(RECOVERY_STATE, META.recoveryState)?.value;
  if (vault === undefined || recoveryRow === undefined || recovery === undefined) {
    throw new Error("the client is not open");
  }
  const version = recovery.version + VERSION_STEP;
  const contents = writeContents(core);
  const rekeyed = await keyholder.rekeyRecovery({ exportKey: made.exportKey, before: recoveryRow, version, contents });
  const { byPassword: next } = await keyholder.rewrap(vault.wrapped, after);
  await core.change(async (work) => {
    const digest = sha256(contents);
    work.put(PASSWORD_CHANGE, META.passwordChange, { recovery: rekeyed.row.sealed, version, digest });
    work.putRow(toVaultRow({ ...vault, next, version: vault.version + 1 }));
  });
  const { record, stretching } = made;
  const signature = await keyholder.sign("registration", sha256(toUtf8(record)));
  const finish = { ticket, record, stretching, signature, vault: { version, sealed: rekeyed.sealed } };
  let finished = await relay.request("finishPasswordChange", finish);
  // The same again gets the same answer, and waits for the first where the relay is still at it: nobody is to conclude from
  // a log-in that it was lost, and find it done a moment later.
  if (!finished.ok && finished.reason === "unreachable") finished = await relay.request("finishPasswordChange", finish);
  if (finished.ok) return ok(await takeNewPassword(core));
  if (isUncertain(finished.reason)) return settlePasswordChange(core, after, "after");
  await forgetPasswordChange(core);
  return refused(toLoginRefusal(finished.reason));
}

/**
 * A change whose outcome nobody knows: the relay says which password counts when it is asked with one of them. Where it
 * does not answer, both open this device until one has been tried. ok: the new one counts.
 */
export async function settlePasswordChange(
  core: Core,
  password: string,
  which: "before" | "after",
): Promise<Result<undefined, PasswordChangeRefusal>> {
  const tried = await logIn(core, core.account.login, password);
  if (!tried.ok && tried.reason !== "wrong-password") return refused("unsettled");
  if (tried.ok === (which === "after")) return ok(await takeNewPassword(core));
  await forgetPasswordChange(core);
  return refused("unreachable");
}

/** A change before this one is not settled, and the relay has just said that `right` counts. */
async function settleByRight(core: Core, right: string): Promise<void> {
  const { keyholder, store } = core.ports;
  const vault = await readVaultRow(store);
  if (vault === undefined) throw new Error("the client is not open");
  const isBefore = await keyholder.checkPassword(vault.wrapped, right);
  await (isBefore ? forgetPasswordChange(core) : takeNewPassword(core));
}

async function takeNewPassword(core: Core): Promise<undefined> {
  const vault = await readVaultRow(core.ports.store);
  const recoveryRow = await core.ports.store.get("meta", META.recovery);
  const taken = await core.change(async (work): Promise<Row | undefined> => {
    const change = await work.get(PASSWORD_CHANGE, META.passwordChange);
    const recovery = await work.get(RECOVERY_STATE, META.recoveryState);
    if (change === undefined || vault?.next === undefined || !recoveryRow || !recovery) return undefined;
    const wrapped = { ...vault.wrapped, byPassword: vault.next };
    work.putRow(toVaultRow({ ...vault, wrapped, next: undefined, version: vault.version + 1 }));
    const row = { ...recoveryRow, version: recoveryRow.version + 1, sealed: change.recovery };
    work.putRow(row);
    const { version, digest } = change;
    const savedFromVersion = recovery.savedFromVersion ?? version;
    const saved = { version, digest, savedAtMs: core.nowMs(), savedFromVersion };
    work.put(RECOVERY_STATE, META.recoveryState, { ...recovery, ...saved });
    work.remove(PASSWORD_CHANGE.table, META.passwordChange);
    return row;
  });
  if (taken !== undefined) await core.ports.keyholder.useRecovery(taken);
}

async function forgetPasswordChange(core: Core): Promise<void> {
  const vault = await readVaultRow(core.ports.store);
  await core.change(async (work) => {
    work.remove(PASSWORD_CHANGE.table, META.passwordChange);
    if (vault?.next === undefined) return;
    work.putRow(toVaultRow({ ...vault, next: undefined, version: vault.version + 1 }));
  });
}
