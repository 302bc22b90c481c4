import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import type { DeliveryKey, DeviceId } from "../ids.ts";
import { MAX_DEVICES, MAX_ONE_TIME_PREKEYS } from "../limits.ts";
import { SignedDeviceList } from "./devices.ts";
import { bytes, deliveryKey, deviceId, publicKey, registrationId, signature, u32 } from "./fields.ts";
import { exactMap } from "./maps.ts";

// docs/PROTOCOL.md §4.

export type OneTimePreKey = { readonly id: number; readonly key: Bytes };
export const OneTimePreKey: z.ZodMiniType<OneTimePreKey> = exactMap({ id: u32, key: publicKey });

/** Signed by the identity key over `key` (33 bytes). */
export type SignedPreKey = { readonly id: number; readonly key: Bytes; readonly signature: Bytes };
export const SignedPreKey: z.ZodMiniType<SignedPreKey> = exactMap({ id: u32, key: publicKey, signature });

/** Kyber1024 (0x08), signed by the identity key over `key` (1569 bytes). */
export type KyberPreKey = { readonly id: number; readonly key: Bytes; readonly signature: Bytes };
export const KyberPreKey: z.ZodMiniType<KyberPreKey> = exactMap({ id: u32, key: bytes(1569), signature });

/** Adds one-time keys; replaces the signed and the last-resort key where given. */
export type PreKeyUpload = {
  readonly signed?: SignedPreKey | undefined;
  readonly lastResort?: KyberPreKey | undefined;
  readonly oneTime: readonly OneTimePreKey[];
  readonly kyber: readonly KyberPreKey[];
};
export const PreKeyUpload: z.ZodMiniType<PreKeyUpload> = exactMap({
  signed: z.optional(SignedPreKey),
  lastResort: z.optional(KyberPreKey),
  oneTime: z.array(OneTimePreKey).check(z.maxLength(MAX_ONE_TIME_PREKEYS)),
  kyber: z.array(KyberPreKey).check(z.maxLength(MAX_ONE_TIME_PREKEYS)),
});

/** How many one-time keys of each kind the relay still holds for a device. */
export type PreKeyCount = { readonly oneTime: number; readonly kyber: number };
export const PreKeyCount: z.ZodMiniType<PreKeyCount> = z.object({ oneTime: u32, kyber: u32 });

export type DeviceBundle = {
  readonly deviceId: DeviceId;
  readonly registrationId: number;
  readonly signed: SignedPreKey;
  readonly oneTime?: OneTimePreKey | undefined;
  readonly kyber: KyberPreKey;
};
export const DeviceBundle: z.ZodMiniType<DeviceBundle> = z.object({
  deviceId,
  registrationId,
  signed: SignedPreKey,
  oneTime: z.optional(OneTimePreKey),
  kyber: KyberPreKey,
});

/** Asked again with the same nonce within ten minutes, the answer is the same. */
export type BundleRequest = { readonly key: DeliveryKey; readonly nonce: Bytes };
export const BundleRequest: z.ZodMiniType<BundleRequest> = exactMap({ key: deliveryKey, nonce: bytes(16) });

/** Every device of the account behind a delivery key. `padding` hides whether one-time keys were left. */
export type Bundle = {
  readonly list: SignedDeviceList;
  readonly devices: readonly DeviceBundle[];
  readonly padding: Bytes;
};
export const Bundle: z.ZodMiniType<Bundle> = z.object({
  list: SignedDeviceList,
  devices: z.array(DeviceBundle).check(z.minLength(1), z.maxLength(MAX_DEVICES)),
  padding: bytes(0, 64 * 1024),
});
