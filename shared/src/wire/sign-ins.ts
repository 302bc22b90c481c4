import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import type { DeviceId } from "../ids.ts";
import { bytes, deviceId, timeMs } from "./fields.ts";
import { exactMap } from "./maps.ts";

// docs/PROTOCOL.md §2.6: where an account is signed in. Each sign-in is one device token.

export const SIGN_IN_NAME_BYTES = 93;

/** What the client called the place, sealed for its own account (§2.6): always as long. */
export const signInName: z.ZodMiniType<Bytes> = bytes(SIGN_IN_NAME_BYTES);

export type SignIn = {
  /** SHA-256 of the token. */
  readonly id: Bytes;
  readonly deviceId: DeviceId;
  readonly name?: Bytes | undefined;
  /** The days of the first and of the last connection, as their first millisecond (UTC). */
  readonly sinceDayMs: number;
  readonly seenDayMs: number;
  /** The token that asks. */
  readonly isThis: boolean;
};
export type SignIns = { readonly signIns: readonly SignIn[] };
export const SignIns: z.ZodMiniType<SignIns> = z.object({
  signIns: z
    .array(
      z.object({
        id: bytes(32),
        deviceId,
        name: z.optional(signInName),
        sinceDayMs: timeMs,
        seenDayMs: timeMs,
        isThis: z.boolean(),
      }),
    )
    .check(z.maxLength(127)),
});

/** Ends one, or without an `id` every one but that which asks. */
export type SignInsEnd = { readonly id?: Bytes | undefined };
export const SignInsEnd: z.ZodMiniType<SignInsEnd> = exactMap({ id: z.optional(bytes(32)) });
