import type { Core } from "./core.ts";
import { ACCOUNT, META } from "./meta-kinds.ts";
import type { RelayFailure } from "./ports.ts";
import { publishKeySet, publishPreKeys } from "./publishing.ts";

/** Puts a recovered device in the place of the one before: list, prekeys, delivery keys. Can be repeated. */
export async function announceDevice(core: Core, wantedPreKeys: number): Promise<RelayFailure | undefined> {
  const { isUnannounced, list, token } = core.account;
  if (isUnannounced !== true) return undefined;
  const put = await core.ports.relay.request("putDeviceList", list, token);
  if (!put.ok) return put.reason;
  const failure =
    (await publishPreKeys(core, { oneTime: 0, kyber: 0 }, wantedPreKeys, true)) ?? (await publishKeySet(core, true));
  if (failure !== undefined) return failure;
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account !== undefined) work.put(ACCOUNT, META.account, { ...account, isUnannounced: undefined });
  });
  return undefined;
}
