import type { Core } from "./core.ts";
import { ACCOUNT, META } from "./meta-kinds.ts";
import type { RelayFailure } from "./ports/relay.ts";
import { publishKeySet, publishPreKeys, renewList } from "./publishing.ts";

const OVERTAKING_STEP = 2;
/** At one connection; the next one goes on from there. */
const MAX_OVERTAKEN = 3;

/** Puts a recovered device in the place of the one before: list, prekeys, delivery keys. Can be repeated. */
export async function announceDevice(core: Core, wantedPreKeys: number): Promise<RelayFailure | undefined> {
  if (core.account.isUnannounced !== true) return undefined;
  const failure =
    (await putList(core)) ??
    (await publishPreKeys(core, { oneTime: 0, kyber: 0 }, wantedPreKeys, true)) ??
    (await publishKeySet(core, true));
  if (failure !== undefined) return failure;
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account !== undefined) work.put(ACCOUNT, META.account, { ...account, isUnannounced: undefined });
  });
  return undefined;
}

/**
 * The device before may have renewed its list since this one signed its own, and nobody can tell how often: this one's
 * goes above it. By more than one, since a list right above the stored one would have to name it.
 */
async function putList(core: Core): Promise<RelayFailure | undefined> {
  for (let attempt = 1; ; attempt++) {
    const { list, token } = core.account;
    const put = await core.ports.relay.request("putDeviceList", list, token);
    if (put.ok) return undefined;
    if (put.reason !== "outdated" && put.reason !== "forged") return put.reason;
    if (attempt > MAX_OVERTAKEN) return put.reason;
    await renewList(core, OVERTAKING_STEP);
  }
}
