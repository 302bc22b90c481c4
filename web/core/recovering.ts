import type { Bytes } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { Device, SignedDeviceList } from "@tacit/shared/wire/devices";
import type { Client, RecoverRefusal } from "./client-api.ts";
import { isAnswered } from "./conversations.ts";
import type { Core } from "./core.ts";
import { claimedList, encodeDeviceList, hashOfList, readDeviceList } from "./device-list.ts";
import { erase } from "./erasing.ts";
import { changed } from "./key-pool.ts";
import { CONTACT } from "./kinds.ts";
import { claimToken, type LoggedIn, logIn, toLoginRefusal } from "./logging-in.ts";
import { normalizeLogin } from "./login-name.ts";
import {
  ACCOUNT,
  type Account,
  CARDS,
  CLAIMS,
  EPOCH,
  KEY_POOL,
  META,
  PREKEY_BOOK,
  RECOVERY_STATE,
  SETTINGS,
} from "./meta-kinds.ts";
import type { OwnIdentity } from "./ports/keyholder.ts";
import type { Row } from "./ports/store.ts";
import { enqueue, newJob } from "./queueing.ts";
import { readContents, type VaultContents } from "./recovery-vault.ts";
import { open, startAgain } from "./signing-in.ts";
import { readVaultRow, toVaultRow } from "./vault-row.ts";

const LAST_DEVICE = 127;

/**
 * Brings an account back into an empty browser. Nothing at the relay changes before everything is durable here; what is
 * left to do then is done at the first connection, and again after any crash. docs/PROTOCOL.md §2.5.
 */
export async function recover(
  core: Core,
  wanted: Parameters<Client["recover"]>[0],
): Promise<Result<undefined, RecoverRefusal>> {
  if (core.phase.phase !== "empty") return refused("not-empty");
  if ((await readVaultRow(core.ports.store)) !== undefined) {
    // An attempt before this one wrote everything, and the device failed then.
    await startAgain(core);
    return refused("not-empty");
  }
  const login = normalizeLogin(wanted.login);
  const loggedIn = await logIn(core, login, wanted.password);
  if (!loggedIn.ok) return loggedIn;
  const { ticket, accountId, exportKey } = loggedIn.value;
  const fetched = await core.ports.relay.request("fetchRecovery", { ticket });
  if (!fetched.ok) return refused(toLoginRefusal(fetched.reason));
  const { vault, list } = fetched.value;
  if (vault === undefined) return refused("no-vault");

  const { keyholder } = core.ports;
  const wrapped = await keyholder.createVault(wanted.password, wanted.keep);
  const deviceId = nextDevice(list);
  const opened = await keyholder.recover({ accountId, ...vault, exportKey, words: wanted.words, deviceId });
  const contents = opened.ok ? readContents(opened.value.contents) : undefined;
  if (!opened.ok || contents === undefined) {
    await erase(core);
    return refused(opened.ok ? "wrong-key" : opened.reason);
  }
  const rows = [
    toVaultRow({ wrapped, isKept: wanted.keep, version: 1 }),
    opened.value.identityRow,
    opened.value.recoveryRow,
  ];
  const { identity } = opened.value;
  await keep(core, { login, identity, contents, rows, vaultVersion: vault.version, relayList: list });
  try {
    return await takeToken(core, loggedIn.value, identity.deviceId);
  } finally {
    // It is this person's browser from here on, whatever failed since.
    await open(core);
  }
}

/** The relay's list names the devices that there are; the one that replaces them is none of these, nor `ours`. */
export function nextDevice(list: SignedDeviceList, ours = 0): DeviceId {
  const highest = Math.max(ours, ...(claimedList(list)?.devices ?? []).map(({ deviceId }) => deviceId));
  return ((highest % LAST_DEVICE) + 1) as DeviceId;
}

type Kept = {
  readonly login: string;
  readonly identity: OwnIdentity;
  readonly contents: VaultContents;
  readonly rows: readonly Row[];
  readonly vaultVersion: number;
  readonly relayList: SignedDeviceList;
};

/** Writes everything in one step: a browser is either empty or has the account back. */
async function keep(core: Core, { login, identity, contents, rows, vaultVersion, relayList }: Kept): Promise<void> {
  const { relay } = core.ports;
  const { identityKey, deviceId, registrationId, accountId } = identity;
  const device = { deviceId, registrationId };
  const dateMs = core.nowMs();
  const list = await replacingList(core, { identityKey, device, contents, relayList, dateMs });
  await core.ports.store.clear();
  core.records.forget();
  await core.change(async (work) => {
    for (const row of rows) work.putRow(row);
    work.put(ACCOUNT, META.account, {
      login,
      name: contents.name,
      relay: relay.origin,
      account: accountId,
      identityKey,
      device,
      ...list,
      isUnannounced: true,
    });
    work.put(EPOCH, META.epoch, { epoch: 0 });
    work.put(SETTINGS, META.settings, contents.settings);
    work.put(KEY_POOL, META.keyPool, changed(contents.pool));
    work.put(CARDS, META.cards, contents.cards);
    work.put(CLAIMS, META.claims, contents.claims);
    work.put(PREKEY_BOOK, META.preKeyBook, {
      nextOneTimeId: 1,
      nextKyberId: 1,
      nextSignedId: 1,
      signed: [],
      lastResort: [],
    });
    work.put(RECOVERY_STATE, META.recoveryState, {
      version: vaultVersion,
      isConfirmed: true,
      recoveredAtMs: dateMs,
      recoveredVersion: vaultVersion,
    });
    for (const { id, contact } of contents.contacts) {
      work.put(CONTACT, id, contact);
      if (isAnswered(contact)) await enqueue(core, work, id, newJob(core, { type: "hello" }));
    }
  });
}

type Replacing = {
  readonly identityKey: Bytes;
  readonly device: Device;
  readonly contents: Pick<VaultContents, "list" | "listCounter">;
  readonly relayList: SignedDeviceList;
  readonly dateMs: number;
};

/** The signed list on which `device` stands alone, in the place of whatever there was. */
export async function replacingList(
  core: Core,
  { identityKey, device, contents, relayList, dateMs }: Replacing,
): Promise<Pick<Account, "list" | "listCounter" | "listDateMs">> {
  const atRelay = await readDeviceList(core.ports.keyholder, relayList, { identityKey, nowMs: 0 });
  // A relay that shows an older list than the vault knows does not turn the counter back.
  const isRelayNewer = atRelay.ok && atRelay.value.counter >= contents.listCounter;
  const previous = isRelayNewer ? relayList : contents.list;
  const counter = (isRelayNewer && atRelay.ok ? atRelay.value.counter : contents.listCounter) + 1;
  const hash = hashOfList(previous.list);
  const list = encodeDeviceList({ identityKey, counter, previous: hash, dateMs, devices: [device] });
  const signature = await core.ports.keyholder.sign("device list", list);
  return { list: { list, signature }, listCounter: counter, listDateMs: dateMs };
}

export async function takeToken(
  core: Core,
  { ticket }: LoggedIn,
  deviceId: DeviceId,
): Promise<Result<undefined, RecoverRefusal>> {
  const token = await claimToken(core, ticket, deviceId);
  if (!token.ok) return token;
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account !== undefined) work.put(ACCOUNT, META.account, { ...account, token: token.value });
  });
  return ok(undefined);
}
