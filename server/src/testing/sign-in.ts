import type { Bytes } from "@tacit/shared/bytes";
import { RECOVERY_PAD_BYTES } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import { type LoggedIn, STRETCHING } from "@tacit/shared/wire/accounts";
import type { AccountDeletion, PasswordChangeFinish, RecoveryVault } from "@tacit/shared/wire/recovery";
import { sha256 } from "../hash.ts";
import type { Caller } from "./caller.ts";
import { startLogin, startRegistration } from "./opaque-client.ts";
import type { Owner } from "./owner.ts";

export const PASSWORD = "correct horse battery staple up";
export const NEW_PASSWORD = "staple battery horse correct down";

/** An attempt; without a `request` where the password is wrong. */
export async function beginLogin(caller: Caller, login: string, password = PASSWORD) {
  const exchange = startLogin(password);
  const started = await caller.ask("startLogin", { login, request: exchange.request });
  return { ...started, request: exchange.finish(started.response) };
}

/** For whom the password is right. */
export async function logIn(caller: Caller, login: string, password = PASSWORD): Promise<LoggedIn> {
  const { attempt, request } = await beginLogin(caller, login, password);
  if (request === undefined) throw new Error("the password is another one");
  return caller.ask("finishLogin", { attempt, request });
}

/** The last step of a change to `password`, after the first was taken. */
export async function composeChange(
  caller: Caller,
  owner: Owner,
  ticket: Bytes,
  vault: RecoveryVault,
  password = NEW_PASSWORD,
): Promise<PasswordChangeFinish> {
  const exchange = startRegistration(password);
  const { response } = await caller.ask("startPasswordChange", { ticket, request: exchange.request });
  const record = exchange.finish(response);
  return { ticket, record, stretching: STRETCHING, signature: signRecord(owner, record), vault };
}

export function signRecord(owner: Owner, record: string): Bytes {
  return owner.sign("registration", sha256(toUtf8(record)));
}

export function composeDeletion(owner: Owner, ticket: Bytes): AccountDeletion {
  return { ticket, signature: owner.sign("account deletion", ticket) };
}

export function vaultOf(owner: Owner, version: number, bytes = RECOVERY_PAD_BYTES): RecoveryVault {
  return { version, sealed: owner.random(bytes) };
}
