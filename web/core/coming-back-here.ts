import { equalBytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { SignedDeviceList } from "@tacit/shared/wire/devices";
import type { ComeBackRefusal } from "./client-api.ts";
import { MAX_CLAIMS } from "./contacts.ts";
import { bringContactsBack } from "./contacts-of-a-vault.ts";
import type { Core } from "./core.ts";
import { isDamaged, mustGoOn } from "./damage.ts";
import { changed } from "./key-pool.ts";
import { JOB } from "./kinds.ts";
import { logIn, toLoginRefusal } from "./logging-in.ts";
import {
  ACCOUNT,
  CARDS,
  CLAIMS,
  type Claims,
  EPOCH,
  KEY_POOL,
  META,
  PASSWORD_CHANGE,
  PREKEY_BOOK,
  RECOVERY_STATE,
  RESTORED,
  SETTINGS,
} from "./meta-kinds.ts";
import type { Row } from "./ports/store.ts";
import type { Kind } from "./records.ts";
import { nextDevice, replacingList, takeToken } from "./recovering.ts";
import { readContents, type VaultContents, writeContents } from "./recovery-vault.ts";
import { readVaultRow, toVaultRow, type Vault } from "./vault-row.ts";
import { TOPIC } from "./watching.ts";
import type { Work } from "./work.ts";

/**
 * Goes on in a browser whose data is an older copy, or damaged, as a new device: no session and no prekey of before is
 * ever used again, its messages stay, and contacts, keys and cards are those of the recovery vault, which is newer. The
 * recovery key lies in this browser itself, so the password is enough. docs/PROTOCOL.md §3.4.
 */
export async function comeBackHere(core: Core, password: string): Promise<Result<undefined, ComeBackRefusal>> {
  if (!mustGoOn(core)) throw new Error("this browser holds no copy, and nothing here is damaged");
  const loggedIn = await logIn(core, core.account.login, password);
  if (!loggedIn.ok) return loggedIn;
  const { ticket, accountId, exportKey } = loggedIn.value;
  if (accountId !== core.account.account) return refused("wrong-key");
  const fetched = await core.ports.relay.request("fetchRecovery", { ticket });
  if (!fetched.ok) return refused(toLoginRefusal(fetched.reason));
  const { vault: sealed, list } = fetched.value;
  if (sealed === undefined) return refused("no-vault");

  const { keyholder, store } = core.ports;
  const [vault, identity, recovery] = [
    await readVaultRow(store),
    await store.get("meta", META.identity),
    await store.get("meta", META.recovery),
  ];
  if (vault === undefined || identity === undefined || recovery === undefined)
    throw new Error("the client is not open");
  const deviceId = nextDevice(list, core.account.device.deviceId);
  const opened = await keyholder.recover({ accountId, ...sealed, exportKey, deviceId, before: { identity, recovery } });
  if (!opened.ok) return refused("wrong-key");
  try {
    const contents = readContents(opened.value.contents);
    if (contents === undefined) throw new Error("the vault holds something else");
    const { identity: own, identityRow, recoveryRow } = opened.value;
    const device = { deviceId, registrationId: own.registrationId };
    const wrapped = await keyholder.rewrap(vault.wrapped, password);
    await goOn(core, {
      device,
      contents,
      vaultVersion: sealed.version,
      relayList: list,
      rows: [identityRow, recoveryRow],
      vault: { ...vault, wrapped, next: undefined, version: vault.version + 1 },
    });
  } catch (error) {
    // Nothing was written: what is held in memory is the old device again.
    await keyholder.useIdentity(identity);
    await keyholder.useRecovery(recovery);
    throw error;
  }
  core.bundleNonces.clear();
  core.setConnection("offline");
  const token = await takeToken(core, loggedIn.value, deviceId);
  core.setPhase(token.ok ? { phase: "open" } : { phase: "signed-out", login: core.account.login });
  return ok(undefined);
}

type Next = {
  readonly device: { readonly deviceId: ReturnType<typeof nextDevice>; readonly registrationId: number };
  readonly contents: VaultContents;
  readonly vaultVersion: number;
  readonly relayList: SignedDeviceList;
  readonly rows: readonly Row[];
  readonly vault: Vault;
};

/** One commit: the copy is either as it was, or a new device without one key of its past. */
async function goOn(core: Core, next: Next): Promise<void> {
  const { store } = core.ports;
  const before = core.records.held(RECOVERY_STATE, META.recoveryState)?.value;
  // A relay that gives a vault from before the copy was made is not believed: what the copy knows is newer, where it can
  // be read.
  const isOlder = next.vaultVersion < (before?.version ?? 0);
  const isWhole = !isDamaged(core);
  const contents = (isOlder && isWhole ? readContents(writeContents(core)) : undefined) ?? next.contents;
  const { identityKey } = core.account;
  const dateMs = core.nowMs();
  const list = await replacingList(core, {
    identityKey,
    device: next.device,
    contents,
    relayList: next.relayList,
    dateMs,
  });
  const dropped = [...(await store.list("sessions")), ...(await store.list("prekeys"))];
  await core.change(async (work) => {
    for (const { table, id } of dropped) work.remove(table, id);
    for (const row of next.rows) work.putRow(row);
    work.putRow(toVaultRow(next.vault));
    await put(work, ACCOUNT, META.account, {
      ...core.account,
      ...list,
      name: contents.name,
      device: next.device,
      token: undefined,
      isUnannounced: true,
      isListPending: undefined,
      storeEpoch: undefined,
    });
    await put(work, EPOCH, META.epoch, { epoch: 0 });
    await put(work, SETTINGS, META.settings, contents.settings);
    await put(work, CARDS, META.cards, contents.cards);
    await put(work, CLAIMS, META.claims, withOwnClaims(core, contents.claims));
    const first = { nextOneTimeId: 1, nextKyberId: 1, nextSignedId: 1, signed: [], lastResort: [] };
    await put(work, PREKEY_BOOK, META.preKeyBook, first);
    await put(work, RECOVERY_STATE, META.recoveryState, {
      version: Math.max(next.vaultVersion, before?.version ?? 0),
      // Where nobody can say any more, it is asked once more.
      isConfirmed: before?.isConfirmed ?? false,
      recoveredAtMs: dateMs,
      recoveredVersion: next.vaultVersion,
      isOlder: isOlder || undefined,
    });
    work.remove(RESTORED.table, META.restored);
    work.remove(PASSWORD_CHANGE.table, META.passwordChange);
    // What waits is encrypted anew; whoever has it already knows it by its message id.
    for (const { id, value } of await work.list(JOB, {})) work.put(JOB, id, { ...value, envelopes: undefined });
    await put(work, KEY_POOL, META.keyPool, changed(contents.pool));
    await bringContactsBack(core, work, contents.contacts);
    work.touch(TOPIC.conversations, TOPIC.cards, TOPIC.settings, TOPIC.recovery, TOPIC.me);
  });
}

/** A card that was claimed here, and whose answer was lost, is claimed again by the same key. */
function withOwnClaims(core: Core, { claims }: Claims): Claims {
  const ours = core.records.held(CLAIMS, META.claims)?.value.claims ?? [];
  const isNew = ({ card }: Claims["claims"][number]) => !claims.some((claim) => equalBytes(claim.card, card));
  return { claims: [...ours.filter(isNew), ...claims].slice(0, MAX_CLAIMS) };
}

/** Reads before it writes: the row may be there or not. */
async function put<Value>(work: Work, kind: Kind<Value>, id: string, value: Value): Promise<void> {
  await work.get(kind, id);
  work.put(kind, id, value);
}
