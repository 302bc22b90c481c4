import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import type { AccountId, DeviceId, DeviceToken } from "../ids.ts";
import { MAX_LOGIN_CHARACTERS } from "../limits.ts";
import { MAX_WORK_BITS, WORK_NONCE_BYTES } from "../proof-of-work.ts";
import { DeliveryKeySet } from "./delivery-keys.ts";
import { SignedDeviceList } from "./devices.ts";
import {
  accountId,
  bytes,
  deviceId,
  deviceToken,
  publicKey,
  registrationId,
  signature,
  text,
  timeMs,
} from "./fields.ts";
import { exactMap } from "./maps.ts";
import { PreKeyUpload } from "./prekeys.ts";
import { signInName } from "./sign-ins.ts";

// docs/PROTOCOL.md §2. OPAQUE messages are base64url text, as the library makes them.

/** What clients of today name in `stretching`: Argon2id, 64 MiB, 3 passes, 1 lane. Relays name it for unknown logins. */
export const STRETCHING = "argon2id/65536/3/1";

const opaque = text(4096, 1);
const invite = z.optional(text(64, 1));

/** A handle (3 to 32 of a-z 0-9 . _ -, beginning with a letter) or an e-mail address, already in lower case. */
export const Login: z.ZodMiniType<string> = z
  .string()
  .check(z.maxLength(MAX_LOGIN_CHARACTERS), z.regex(/^(?:[a-z][a-z0-9._-]{2,31}|[^\s@]{1,64}@[a-z0-9.-]{1,189})$/));

export type RegistrationStart = {
  readonly login: string;
  readonly invite?: string | undefined;
  readonly request: string;
};
export const RegistrationStart: z.ZodMiniType<RegistrationStart> = exactMap({
  login: Login,
  invite,
  request: opaque,
});
/** What an open relay may want before it takes an account: §2.4. `bits`: zeros that a digest has to begin with. */
export type Work = { readonly challenge: Bytes; readonly bits: number };
export type WorkProof = { readonly challenge: Bytes; readonly nonce: Bytes };
export type RegistrationStarted = { readonly response: string; readonly work?: Work | undefined };
export const RegistrationStarted: z.ZodMiniType<RegistrationStarted> = z.object({
  response: opaque,
  work: z.optional(
    z.object({ challenge: bytes(32), bits: z.number().check(z.int(), z.minimum(1), z.maximum(MAX_WORK_BITS)) }),
  ),
});

/** Everything an account needs to be reached, in one atomic step. */
export type RegistrationFinish = {
  readonly login: string;
  readonly invite?: string | undefined;
  readonly record: string;
  /** Names the Argon2id parameters that the record was made with. */
  readonly stretching: string;
  readonly identityKey: Bytes;
  /** XEdDSA by the identity key over labelled("registration") || SHA-256(record as UTF-8). */
  readonly signature: Bytes;
  readonly list: SignedDeviceList;
  readonly device: { readonly deviceId: DeviceId; readonly registrationId: number };
  readonly prekeys: PreKeyUpload;
  readonly deliveryKeys: DeliveryKeySet;
  readonly work?: WorkProof | undefined;
  /** Of the sign-in that this begins. */
  readonly name?: Bytes | undefined;
};
export const RegistrationFinish: z.ZodMiniType<RegistrationFinish> = exactMap({
  login: Login,
  invite,
  record: opaque,
  stretching: text(64, 1),
  identityKey: publicKey,
  signature,
  list: SignedDeviceList,
  device: exactMap({ deviceId, registrationId }),
  prekeys: PreKeyUpload,
  deliveryKeys: DeliveryKeySet,
  work: z.optional(exactMap({ challenge: bytes(32), nonce: bytes(WORK_NONCE_BYTES) })),
  name: z.optional(signInName),
});
export type Registered = { readonly accountId: AccountId; readonly token: DeviceToken };
export const Registered: z.ZodMiniType<Registered> = z.object({ accountId, token: deviceToken });

export type LoginStart = { readonly login: string; readonly request: string };
export const LoginStart: z.ZodMiniType<LoginStart> = exactMap({ login: Login, request: opaque });
/** Looks the same for names that nobody has. */
export type LoginStarted = { readonly attempt: Bytes; readonly response: string; readonly stretching: string };
export const LoginStarted: z.ZodMiniType<LoginStarted> = z.object({
  attempt: bytes(32),
  response: opaque,
  stretching: text(64, 1),
});
export type LoginFinish = { readonly attempt: Bytes; readonly request: string };
export const LoginFinish: z.ZodMiniType<LoginFinish> = exactMap({ attempt: bytes(32), request: opaque });
/** `ticket` proves the password for five minutes; a device token needs the identity key too. */
export type LoggedIn = { readonly accountId: AccountId; readonly ticket: Bytes };
export const LoggedIn: z.ZodMiniType<LoggedIn> = z.object({ accountId, ticket: bytes(32) });

/** `signature`: XEdDSA by the identity key over labelled("device token") || ticket || device id (1 byte). */
export type TokenRequest = {
  readonly ticket: Bytes;
  readonly deviceId: DeviceId;
  readonly signature: Bytes;
  /** Of the sign-in that this begins. */
  readonly name?: Bytes | undefined;
};
export const TokenRequest: z.ZodMiniType<TokenRequest> = exactMap({
  ticket: bytes(32),
  deviceId,
  signature,
  name: z.optional(signInName),
});
export type TokenIssued = { readonly token: DeviceToken };
export const TokenIssued: z.ZodMiniType<TokenIssued> = z.object({ token: deviceToken });

/** What a relay says of itself to anybody. Configuration is data: the client's code is the same everywhere. */
export type RelayInfo = {
  readonly name: string;
  readonly registration: "open" | "invite" | "closed";
  readonly protocol: number;
  readonly timeMs: number;
};
export const RelayInfo: z.ZodMiniType<RelayInfo> = z.object({
  name: text(64),
  registration: z.enum(["open", "invite", "closed"]),
  protocol: z.number(),
  timeMs,
});
