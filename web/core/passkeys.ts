import { ok, type Result, refused } from "@tacit/shared/result";
import type { NewPasskey } from "./client-api.ts";
import type { Core } from "./core.ts";
import { keepAgain, open } from "./signing-in.ts";
import { readVaultRow, toVaultRow, type Vault } from "./vault-row.ts";

/** Whether that is the password of this device. */
export async function checkPassword(core: Core, password: string): Promise<Result<undefined, "wrong-password">> {
  const { wrapped } = await presentVault(core);
  return (await core.ports.keyholder.checkPassword(wrapped, password)) ? ok(undefined) : refused("wrong-password");
}

/** Has a passkey open this device beside the password, in the place of any before; or, without one, none any more. */
export async function setPasskey(
  core: Core,
  password: string,
  passkey: NewPasskey | undefined,
): Promise<Result<undefined, "wrong-password">> {
  const checked = await checkPassword(core, password);
  if (!checked.ok) return checked;
  const vault = await presentVault(core);
  const wrapped =
    passkey === undefined
      ? { ...vault.wrapped, byPasskey: undefined }
      : await core.ports.keyholder.wrapByPasskey(vault.wrapped, passkey.lock, passkey.secret);
  await core.change(async (work) => work.putRow(toVaultRow({ ...vault, wrapped, version: vault.version + 1 })));
  return ok(undefined);
}

/** Opens a locked vault by what its passkey derived. A change of password that is not settled waits for a password. */
export async function unlockByPasskey(
  core: Core,
  secret: NewPasskey["secret"],
): Promise<Result<undefined, "wrong-passkey">> {
  const vault = await presentVault(core);
  const unlocked = await core.ports.keyholder.unlockByPasskey(vault.wrapped, secret);
  if (!unlocked.ok) return unlocked;
  await keepAgain(core, vault);
  await open(core);
  return ok(undefined);
}

async function presentVault(core: Core): Promise<Vault> {
  const vault = await readVaultRow(core.ports.store);
  if (vault === undefined) throw new Error("there is no account in this browser");
  return vault;
}
