import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import { MAX_RECOVERY_BYTES, RECOVERY_PAD_BYTES } from "../limits.ts";
import { SignedDeviceList } from "./devices.ts";
import { bytes, signature, text, u32 } from "./fields.ts";
import { exactMap } from "./maps.ts";

// What brings a person back who has lost every device. docs/PROTOCOL.md §2.5.

/**
 * The recovery vault: sealed under HKDF(OPAQUE export key || recovery key), so neither the relay nor who knows only one
 * of the two opens it. Padded to multiples of RECOVERY_PAD_BYTES.
 */
export type RecoveryVault = {
  /** Grows with every write. A version that is not above the stored one is "outdated". */
  readonly version: number;
  readonly sealed: Bytes;
};
const sealed = bytes(RECOVERY_PAD_BYTES, MAX_RECOVERY_BYTES).check(
  z.refine((vault) => vault.length % RECOVERY_PAD_BYTES === 0, "not padded"),
);
export const RecoveryVault: z.ZodMiniType<RecoveryVault> = exactMap({ version: u32, sealed });

/** `ticket` proves the password, as for a token. Asking does not use it up. */
export type RecoveryRequest = { readonly ticket: Bytes };
export const RecoveryRequest: z.ZodMiniType<RecoveryRequest> = exactMap({ ticket: bytes(32) });

/** `vault`: absent where none was ever stored. `list`: the device list in force; the next one has to follow it. */
export type RecoveryAnswer = { readonly vault?: RecoveryVault | undefined; readonly list: SignedDeviceList };
export const RecoveryAnswer: z.ZodMiniType<RecoveryAnswer> = z.object({
  vault: z.optional(z.object({ version: u32, sealed: bytes(1, MAX_RECOVERY_BYTES) })),
  list: SignedDeviceList,
});

const opaque = text(4096, 1);

/** A new OPAQUE registration for an account whose old password the ticket proves. Does not use the ticket up. */
export type PasswordChangeStart = { readonly ticket: Bytes; readonly request: string };
export const PasswordChangeStart: z.ZodMiniType<PasswordChangeStart> = exactMap({
  ticket: bytes(32),
  request: opaque,
});
export type PasswordChangeStarted = { readonly response: string };
export const PasswordChangeStarted: z.ZodMiniType<PasswordChangeStarted> = z.object({ response: opaque });

/** Atomic: the record, and the recovery vault sealed under the new export key. Uses the ticket up. */
export type PasswordChangeFinish = {
  readonly ticket: Bytes;
  readonly record: string;
  readonly stretching: string;
  /** XEdDSA by the identity key over labelled("registration") || SHA-256(record as UTF-8). */
  readonly signature: Bytes;
  readonly vault: RecoveryVault;
};
export const PasswordChangeFinish: z.ZodMiniType<PasswordChangeFinish> = exactMap({
  ticket: bytes(32),
  record: opaque,
  stretching: text(64, 1),
  signature,
  vault: RecoveryVault,
});

/**
 * Every row of the account is deleted. `signature`: XEdDSA by the identity key over
 * labelled("account deletion") || ticket. Uses the ticket up.
 */
export type AccountDeletion = { readonly ticket: Bytes; readonly signature: Bytes };
export const AccountDeletion: z.ZodMiniType<AccountDeletion> = exactMap({ ticket: bytes(32), signature });
