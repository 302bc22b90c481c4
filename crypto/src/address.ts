import { type Bytes, concat, fromHex } from "@tacit/shared/bytes";

/** One device of one account: a UUID and 1..127. */
export type Address = { readonly accountId: string; readonly deviceId: number };

export const MAX_DEVICE_ID = 127;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ACCOUNT_KIND = 0x00;

/**
 * What a message is bound to: `0x00 || sender UUID (16) || device (1) || 0x00 || recipient UUID (16) || device (1)`.
 * Throws `RangeError` where an account id is no UUID or a device id is out of range.
 */
export function encodeAddressPair(sender: Address, recipient: Address): Bytes {
  return concat(encodeAddress(sender), encodeAddress(recipient));
}

export function isSameAccount(a: Address, b: Address): boolean {
  return a.accountId.toLowerCase() === b.accountId.toLowerCase();
}

function encodeAddress({ accountId, deviceId }: Address): Bytes {
  if (!UUID.test(accountId)) throw new RangeError("an account id is a UUID");
  if (!Number.isInteger(deviceId) || deviceId < 1 || deviceId > MAX_DEVICE_ID) {
    throw new RangeError("a device id is 1 to 127");
  }
  return concat(Uint8Array.of(ACCOUNT_KIND), fromHex(accountId.replaceAll("-", "")), Uint8Array.of(deviceId));
}
