import { verifySignature } from "@tacit/crypto/verify";
import { concat, equalBytes } from "@tacit/shared/bytes";
import { decode } from "@tacit/shared/codec";
import { labelled } from "@tacit/shared/labels";
import { ok, type Result, refused } from "@tacit/shared/result";
import { DeviceList, type SignedDeviceList } from "@tacit/shared/wire/devices";
import { sha256 } from "../hash.ts";

const MAX_LIST_BYTES = 1024;

/** Parses a list and checks that the account's identity key signed it and is named in it. */
export function openDeviceList(
  signed: SignedDeviceList,
  identityKey: Uint8Array,
): Result<DeviceList, "malformed" | "forged"> {
  const decoded = decode(signed.list, MAX_LIST_BYTES);
  const parsed = DeviceList.safeParse(decoded.ok ? decoded.value : undefined);
  if (!parsed.success) return refused("malformed");
  const list = parsed.data;
  if (!equalBytes(list.identityKey, identityKey)) return refused("forged");
  if (!verifySignature(identityKey, concat(labelled("device list"), signed.list), signed.signature)) {
    return refused("forged");
  }
  return ok(list);
}

/**
 * Whether `next` may follow the list that the relay has. The counter grows; a gap is allowed, because a restored relay
 * has an older list than its devices. The direct successor must name the hash of the list before.
 */
export function maySucceed(
  current: { readonly list: Uint8Array; readonly counter: number },
  next: DeviceList,
): Result<undefined, "outdated" | "forged"> {
  if (next.counter <= current.counter) return refused("outdated");
  if (next.counter > current.counter + 1) return ok(undefined);
  const isChained = next.previous !== undefined && equalBytes(next.previous, sha256(current.list));
  return isChained ? ok(undefined) : refused("forged");
}
