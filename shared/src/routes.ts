import type * as z from "zod/mini";
import { BundleAnswer } from "./events.ts";
import {
  LoggedIn,
  LoginFinish,
  LoginStart,
  LoginStarted,
  Registered,
  RegistrationFinish,
  RegistrationStart,
  RegistrationStarted,
  RelayInfo,
  TokenIssued,
  TokenRequest,
} from "./wire/accounts.ts";
import { Claim, ClaimAnswer, DeliveryKeySet, KeySetAnswer } from "./wire/delivery-keys.ts";
import { SignedDeviceList } from "./wire/devices.ts";
import { Post, PostAnswer } from "./wire/envelopes.ts";
import { exactMap } from "./wire/maps.ts";
import { BundleRequest, PreKeyCount, PreKeyUpload } from "./wire/prekeys.ts";
import {
  AccountDeletion,
  PasswordChangeFinish,
  PasswordChangeStart,
  PasswordChangeStarted,
  RecoveryAnswer,
  RecoveryRequest,
  RecoveryVault,
} from "./wire/recovery.ts";
import { SignIns, SignInsEnd } from "./wire/sign-ins.ts";
import { TurnAnswer } from "./wire/turn.ts";

// Every HTTP route of the relay. Bodies are the one binary encoding (application/msgpack) in both directions; a
// refusal is a `RelayError` with a 4xx or 5xx status. docs/PROTOCOL.md §8.

export const BODY_TYPE = "application/msgpack";
export const PROTOCOL_HEADER = "tacit-protocol";

/** `none`: nothing (an anonymous route sends no cookie and no token). `token`: `Authorization: Bearer <device token>`. */
type Auth = "none" | "token";
type Route<Request, Answer, A extends Auth = Auth> = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly auth: A;
  readonly request: z.ZodMiniType<Request>;
  readonly answer: z.ZodMiniType<Answer>;
};
export type RequestOf<R> = R extends { readonly request: z.ZodMiniType<infer Request> } ? Request : never;
export type AnswerOf<R> = R extends { readonly answer: z.ZodMiniType<infer Answer> } ? Answer : never;

const Nothing = exactMap({});

function route<Request, Answer, A extends Auth>(
  method: "GET" | "POST" | "PUT",
  path: string,
  auth: A,
  request: z.ZodMiniType<Request>,
  answer: z.ZodMiniType<Answer>,
): Route<Request, Answer, A> {
  return { method, path, auth, request, answer };
}

export const routes = {
  relayInfo: route("GET", "/v1/relay", "none", Nothing, RelayInfo),

  startRegistration: route("POST", "/v1/registration/start", "none", RegistrationStart, RegistrationStarted),
  finishRegistration: route("POST", "/v1/registration/finish", "none", RegistrationFinish, Registered),
  startLogin: route("POST", "/v1/login/start", "none", LoginStart, LoginStarted),
  finishLogin: route("POST", "/v1/login/finish", "none", LoginFinish, LoggedIn),
  issueToken: route("POST", "/v1/tokens", "none", TokenRequest, TokenIssued),
  /** Revokes the token that asks. */
  revokeToken: route("POST", "/v1/tokens/revoke", "token", Nothing, Nothing),

  listSignIns: route("GET", "/v1/tokens", "token", Nothing, SignIns),
  endSignIns: route("POST", "/v1/tokens/end", "token", SignInsEnd, Nothing),

  putRecovery: route("PUT", "/v1/recovery", "token", RecoveryVault, Nothing),
  fetchRecovery: route("POST", "/v1/recovery/fetch", "none", RecoveryRequest, RecoveryAnswer),
  startPasswordChange: route("POST", "/v1/password/start", "none", PasswordChangeStart, PasswordChangeStarted),
  finishPasswordChange: route("POST", "/v1/password/finish", "none", PasswordChangeFinish, Nothing),
  deleteAccount: route("POST", "/v1/account/delete", "none", AccountDeletion, Nothing),

  putDeviceList: route("PUT", "/v1/device-list", "token", SignedDeviceList, Nothing),
  putPreKeys: route("PUT", "/v1/prekeys", "token", PreKeyUpload, PreKeyCount),
  putDeliveryKeys: route("PUT", "/v1/delivery-keys", "token", DeliveryKeySet, KeySetAnswer),

  /** Credentials for the TURN servers of this relay, new with each call. */
  turn: route("GET", "/v1/turn", "token", Nothing, TurnAnswer),

  // The delivery plane's HTTP form, for first contact.
  claim: route("POST", "/v1/delivery/claim", "none", Claim, ClaimAnswer),
  bundle: route("POST", "/v1/delivery/bundle", "none", BundleRequest, BundleAnswer),
  post: route("POST", "/v1/delivery/post", "none", Post, PostAnswer),
} as const;
