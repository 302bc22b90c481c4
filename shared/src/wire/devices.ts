import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import type { DeviceId } from "../ids.ts";
import { MAX_DEVICES } from "../limits.ts";
import { bytes, deviceId, publicKey, registrationId, signature, timeMs, u32 } from "./fields.ts";
import { exactMap } from "./maps.ts";

// docs/PROTOCOL.md §3.

export type Device = { readonly deviceId: DeviceId; readonly registrationId: number };
export const Device: z.ZodMiniType<Device> = exactMap({ deviceId, registrationId });

/** What the identity key signs. Encoded once by its author; everybody else verifies and hashes those bytes. */
export type DeviceList = {
  readonly identityKey: Bytes;
  /** Grows by one with each list. */
  readonly counter: number;
  /** SHA-256 of the encoding of the list before; absent in the first. */
  readonly previous?: Bytes | undefined;
  readonly dateMs: number;
  readonly devices: readonly Device[];
};
export const DeviceList: z.ZodMiniType<DeviceList> = z.object({
  identityKey: publicKey,
  counter: u32,
  previous: z.optional(bytes(32)),
  dateMs: timeMs,
  devices: z.array(Device).check(
    z.minLength(1),
    z.maxLength(MAX_DEVICES),
    z.refine((devices) => new Set(devices.map(({ deviceId }) => deviceId)).size === devices.length, "a device twice"),
  ),
});

/** `signature`: XEdDSA by the identity key over DEVICE_LIST_LABEL || list. */
export type SignedDeviceList = { readonly list: Bytes; readonly signature: Bytes };
export const SignedDeviceList: z.ZodMiniType<SignedDeviceList> = exactMap({ list: bytes(1, 1024), signature });
