import { ok, type Result, refused } from "@tacit/shared/result";
import type { SignInRefusal } from "./client-api.ts";
import type { Core } from "./core.ts";
import { erase } from "./erasing.ts";
import { loadHeld } from "./held-records.ts";
import { claimToken, logIn } from "./logging-in.ts";
import { normalizeLogin } from "./login-name.ts";
import { ACCOUNT, type Account, META, PASSWORD_CHANGE } from "./meta-kinds.ts";
import type { Keyholder } from "./ports/keyholder.ts";
import type { Row } from "./ports/store.ts";
import { DamagedVault, passkeyOf, readVaultRow, toVaultRow, type Vault } from "./vault-row.ts";

/** What this browser holds, opened as far as it opens without a person. Sets the phase. */
export async function wakeUp(core: Core): Promise<void> {
  try {
    const vault = await readVaultRow(core.ports.store);
    if (vault === undefined) return core.setPhase({ phase: "empty" });
    const unlocked = await core.ports.keyholder.unlockByDevice(vault.wrapped);
    if (!unlocked.ok) return core.setPhase({ phase: "locked", passkey: passkeyOf(vault) });
    await open(core);
  } catch (error) {
    core.setPhase({ phase: error instanceof DamagedVault ? "damaged" : "unusable" });
  }
}

/** Forgets what is in memory and opens what this browser holds now. */
export async function startAgain(core: Core): Promise<void> {
  await core.ports.keyholder.lock();
  core.records.forget();
  await wakeUp(core);
}

/** Opens a locked vault. Where the relay wants the password again, the same one is tried there. */
export async function unlock(core: Core, password: string): Promise<Result<undefined, "wrong-password">> {
  const vault = await readVaultRow(core.ports.store);
  if (vault === undefined) throw new Error("there is nothing to unlock in this browser");
  const which = await openVault(core, vault, password);
  if (which === undefined) return refused("wrong-password");
  await keepAgain(core, vault);
  await open(core);
  if (core.records.held(PASSWORD_CHANGE, META.passwordChange)) {
    const { settlePasswordChange } = await import("./changing-password.ts");
    await settlePasswordChange(core, password, which);
  }
  if (core.phase.phase === "signed-out") await getToken(core, core.account.login, password);
  return ok(undefined);
}

/** Which password opened the vault: during a change of password there may be two. */
async function openVault(core: Core, vault: Vault, password: string): Promise<"before" | "after" | undefined> {
  const { keyholder } = core.ports;
  const { wrapped, next } = vault;
  if ((await keyholder.unlockByPassword(wrapped, password)).ok) return "before";
  if (next === undefined) return undefined;
  return (await keyholder.unlockByPassword({ byPassword: next }, password)).ok ? "after" : undefined;
}

/** A new token for an account whose keys are in this browser. */
export async function signIn(core: Core, login: string, password: string): Promise<Result<undefined, SignInRefusal>> {
  const vault = await readVaultRow(core.ports.store);
  if (vault === undefined) return refused("no-keys");
  if (core.phase.phase === "locked") {
    if ((await openVault(core, vault, password)) === undefined) return refused("wrong-password");
    await keepAgain(core, vault);
    await open(core);
  }
  if (core.phase.phase === "open") return ok(undefined);
  if (normalizeLogin(login) !== core.account.login) return refused("no-keys");
  const token = await getToken(core, core.account.login, password);
  if (token.ok || token.reason !== "wrong-password" || core.account.isPending !== true) return token;
  // The relay may never have got this account. If the password is right here, it has not.
  const isRight = await core.ports.keyholder.unlockByPassword(vault.wrapped, password);
  if (!isRight.ok) return token;
  await erase(core);
  return refused("no-keys");
}

/** The password and the identity key make a new token. docs/PROTOCOL.md §2. */
export async function getToken(core: Core, login: string, password: string): Promise<Result<undefined, SignInRefusal>> {
  const loggedIn = await logIn(core, login, password);
  if (!loggedIn.ok) return loggedIn;
  const token = await claimToken(core, loggedIn.value.ticket, core.account.device.deviceId);
  if (!token.ok) return token;
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account !== undefined)
      work.put(ACCOUNT, META.account, { ...account, token: token.value, isPending: undefined });
  });
  core.setPhase({ phase: "open" });
  return ok(undefined);
}

/** Reads what is held in memory and sets the phase. */
export async function open(core: Core): Promise<void> {
  const { store, keyholder } = core.ports;
  const identity = await store.get("meta", META.identity);
  const recovery = await store.get("meta", META.recovery);
  const isOpened = identity !== undefined && recovery !== undefined && (await opens(keyholder, identity, recovery));
  if (isOpened) {
    await loadHeld(core);
    await core.loadOrder();
  }
  const account: Account | undefined = core.records.held(ACCOUNT, META.account)?.value;
  if (account === undefined) {
    await keyholder.lock();
    return core.setPhase({ phase: "damaged" });
  }
  core.setPhase(account.token === undefined ? { phase: "signed-out", login: account.login } : { phase: "open" });
}

async function opens(keyholder: Keyholder, identity: Row, recovery: Row): Promise<boolean> {
  try {
    await keyholder.useIdentity(identity);
    await keyholder.useRecovery(recovery);
    return true;
  } catch {
    return false;
  }
}

/** Ends the token, here and at the relay where it answers. */
export async function forgetToken(core: Core): Promise<void> {
  const { token } = core.account;
  if (token !== undefined) await core.ports.relay.request("revokeToken", {}, token);
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account !== undefined) work.put(ACCOUNT, META.account, { ...account, token: undefined });
  });
}

/**
 * Forgets every key, and with them this browser's own way to unlock, until the password comes. What is on the device
 * stays, sealed. Rejects where the device could not be read or written: then keys are forgotten all the same, and where
 * Tacit is kept unlocked they come back with the next start.
 */
export async function lock(core: Core): Promise<void> {
  await core.idle();
  let vault: Vault | undefined;
  try {
    vault = await readVaultRow(core.ports.store);
    if (vault?.wrapped.byDevice !== undefined) {
      const wrapped = await core.ports.keyholder.forgetDevice(vault.wrapped);
      const row = toVaultRow({ ...vault, wrapped, version: vault.version + 1 });
      await core.change(async (work) => work.putRow(row));
    }
  } finally {
    await core.ports.keyholder.lock();
    core.records.forget();
    for (const cancel of core.typing.values()) cancel();
    core.typing.clear();
    core.opened.clear();
    core.setPhase({ phase: "locked", passkey: vault && passkeyOf(vault) });
  }
}

/** Somebody who keeps Tacit unlocked on this device, and locked it by hand, has it kept again by their password. */
export async function keepAgain(core: Core, vault: Vault): Promise<void> {
  if (!vault.isKept || vault.wrapped.byDevice !== undefined) return;
  const wrapped = await core.ports.keyholder.keepByDevice(vault.wrapped);
  await core.change(async (work) => work.putRow(toVaultRow({ ...vault, wrapped, version: vault.version + 1 })));
}

export async function setKept(
  core: Core,
  password: string,
  keep: boolean,
): Promise<Result<undefined, "wrong-password">> {
  const vault = await readVaultRow(core.ports.store);
  if (vault === undefined) throw new Error("the client is not open");
  const set = await core.ports.keyholder.setKept(vault.wrapped, password, keep);
  if (!set.ok) return set;
  const version = vault.version + 1;
  await core.change(async (work) => work.putRow(toVaultRow({ ...vault, wrapped: set.value, isKept: keep, version })));
  return ok(undefined);
}
