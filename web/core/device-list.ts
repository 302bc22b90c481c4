import { sha256 } from "@tacit/crypto/digest";
import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import { DEVICE_LIST_MAX_AGE_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { DeviceList, type SignedDeviceList } from "@tacit/shared/wire/devices";
import type { KnownList } from "./kinds.ts";
import type { Keyholder } from "./ports/keyholder.ts";

/**
 * other-key: signed by another identity than expected. forged: not a signed list. old: a lower counter than one that
 * was seen, or over 30 days old. forked: another list under a counter that was seen.
 */
export type ListRefusal = "other-key" | "forged" | "old" | "forked";

/** Checks a contact's device list against what is known of it. docs/PROTOCOL.md §3. */
export async function readDeviceList(
  keyholder: Pick<Keyholder, "verify">,
  signed: SignedDeviceList,
  expected: { readonly identityKey: Bytes; readonly known?: KnownList | undefined; readonly nowMs: number },
): Promise<Result<KnownList, ListRefusal>> {
  const list = claimedList(signed);
  if (list === undefined) return refused("forged");
  const { identityKey, counter, dateMs, devices } = list;
  if (!equalBytes(identityKey, expected.identityKey)) return refused("other-key");
  if (!(await keyholder.verify(identityKey, "device list", signed.list, signed.signature))) return refused("forged");
  const hash = hashOfList(signed.list);
  const { known } = expected;
  if (known !== undefined && counter < known.counter) return refused("old");
  if (known !== undefined && counter === known.counter && !equalBytes(hash, known.hash)) return refused("forked");
  if (dateMs < expected.nowMs - DEVICE_LIST_MAX_AGE_MS) return refused("old");
  return ok({ counter, hash, devices });
}

/** What a list claims, before its signature is checked. */
export function claimedList(signed: SignedDeviceList): DeviceList | undefined {
  const decoded = decode(signed.list, 1024);
  const list = decoded.ok ? DeviceList.safeParse(decoded.value) : undefined;
  return list?.success ? list.data : undefined;
}

/** The identity key that a list claims, its form checked and nothing else. */
export function claimedIdentityKey(signed: SignedDeviceList): Bytes | undefined {
  const identityKey = claimedList(signed)?.identityKey;
  return identityKey?.[0] === 0x05 ? identityKey : undefined;
}

export function encodeDeviceList(list: DeviceList): Bytes {
  return encode(list);
}

export function hashOfList(list: Bytes): Bytes {
  return sha256(list);
}

/** Whether a contact has replaced, added or removed a device since. */
export function hasOtherDevices(before: KnownList | undefined, after: KnownList | undefined): boolean {
  const names = (list: KnownList) => list.devices.map((one) => `${one.deviceId}.${one.registrationId}`).join();
  return before !== undefined && after !== undefined && names(before) !== names(after);
}
