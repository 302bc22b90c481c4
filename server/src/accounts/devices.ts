import { equalBytes } from "@tacit/shared/bytes";
import type { DeviceToken } from "@tacit/shared/ids";
import { MAX_ACCOUNT_DEVICES } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { DeviceList, SignedDeviceList } from "@tacit/shared/wire/devices";
import type { GroupCommit } from "../db/group-commit.ts";
import type { Authenticated } from "../http/mount.ts";
import { createMailboxId, type MailboxId } from "../mailbox/mailbox-id.ts";
import type { Random } from "../ports.ts";
import { maySucceed, openDeviceList } from "./device-list.ts";
import type { Account, AccountStore, StoredDevice } from "./store.ts";

type Ports = {
  readonly random: Random;
  readonly commits: GroupCommit;
  readonly accounts: AccountStore;
  /** A device left the list: its mailbox is gone. */
  readonly onRemoved: (mailbox: MailboxId) => void;
};

/**
 * Puts a device list in force: a device that is new gets a mailbox, one that is not named any more (or has another
 * registration id, so is another installation) loses its mailbox, prekeys and tokens. The list in force again is ok.
 */
export async function putDeviceList(
  ports: Ports,
  asking: Authenticated,
  signed: SignedDeviceList,
): Promise<Result<Record<string, never>, "malformed" | "forged" | "outdated" | "unauthorized" | "devices">> {
  const account = ports.accounts.find(asking.accountId);
  if (account === undefined) return refused("unauthorized");
  const opened = openDeviceList(signed, account.identityKey);
  if (!opened.ok) return opened;
  const list = opened.value;
  if (list.devices.length > MAX_ACCOUNT_DEVICES) return refused("devices");
  if (!list.devices.some(({ deviceId }) => deviceId === asking.deviceId)) return refused("malformed");
  const result = await ports.commits.run(() => replace(ports, asking, signed, list));
  if (!result.ok) return result;
  for (const mailbox of result.value) ports.onRemoved(mailbox);
  return ok({});
}

/** Runs inside a commit. Answers the mailboxes that are gone. */
function replace(
  { accounts, random }: Ports,
  { accountId, token }: Authenticated,
  signed: SignedDeviceList,
  list: DeviceList,
): Result<readonly MailboxId[], "outdated" | "forged" | "unauthorized"> {
  const account = accounts.find(accountId);
  if (account === undefined) return refused("unauthorized");
  if (equalBytes(account.list, signed.list)) return ok([]);
  const order = maySucceed({ list: account.list, counter: account.listCounter }, list);
  if (!order.ok) return order;
  accounts.replaceList(accountId, {
    list: signed.list,
    listSignature: signed.signature,
    listCounter: list.counter,
  });
  return ok(replaceDevices(accounts, random, account, list, token));
}

function replaceDevices(
  accounts: AccountStore,
  random: Random,
  { id: accountId }: Account,
  list: DeviceList,
  token: DeviceToken,
): readonly MailboxId[] {
  const isListed = (stored: StoredDevice) =>
    list.devices.some((d) => d.deviceId === stored.deviceId && d.registrationId === stored.registrationId);
  const before = accounts.devicesOf(accountId);
  const removed = before.filter((stored) => !isListed(stored));
  const kept = new Set(before.filter(isListed).map(({ deviceId }) => deviceId));
  for (const { deviceId } of removed) {
    accounts.removeDevice(accountId, deviceId);
    accounts.removeTokens(accountId, deviceId, token);
  }
  for (const device of list.devices) {
    if (!kept.has(device.deviceId)) accounts.addDevice(accountId, device, createMailboxId(random));
  }
  return removed.map(({ mailbox }) => mailbox);
}
