import type { Core } from "./core.ts";
import { readVaultRow } from "./vault-row.ts";

/** Deletes everything of this browser, its own way to unlock included. Nobody can bring it back. */
export async function erase(core: Core): Promise<void> {
  const { store, keyholder, shelf } = core.ports;
  await core.idle();
  // A vault that is damaged has nothing that this browser could unlock.
  const vault = await readVaultRow(store).catch(() => undefined);
  if (vault !== undefined) await keyholder.forgetDevice(vault.wrapped);
  await store.clear();
  // What cannot be removed is sealed by keys that are gone with the rows.
  for (const { name } of await shelf.list()) await shelf.remove(name).catch(() => undefined);
  await keyholder.lock();
  core.records.forget();
  core.typing.clear();
  core.opened.clear();
  core.setPhase({ phase: "empty" });
}
