import type { AccountRefusal, NewAccount } from "@tacit/web/core/client-api";
import { MIN_PASSWORD_CHARACTERS, normalizeLogin } from "@tacit/web/core/login-name";

/** invite-needed: the relay wants a code and none was written yet. */
export type Refusal = AccountRefusal | "invite-needed";
export type AccountField = "name" | "login" | "password" | "invite";
/** What is wrong with each field, and what is wrong beyond them. */
export type AccountErrors = { readonly [At in AccountField | "form"]?: Refusal };

const FIELD_OF: { readonly [Reason in Refusal]?: AccountField } = {
  "name-malformed": "name",
  "login-malformed": "login",
  "handle-taken": "login",
  "password-short": "password",
  invite: "invite",
  "invite-needed": "invite",
};

/** As `Login` in shared/src/wire/accounts.ts, whose schema would bring its library to the first screen. */
const LOGIN = /^(?:[a-z][a-z0-9._-]{2,31}|[^\s@]{1,64}@[a-z0-9.-]{1,189})$/;

/** All that can be said before the relay is asked. */
export function checkAccount({
  name,
  login,
  password,
}: Pick<NewAccount, "name" | "login" | "password">): AccountErrors {
  return {
    ...(name.trim() === "" && { name: "name-malformed" }),
    ...(!LOGIN.test(normalizeLogin(login)) && { login: "login-malformed" }),
    ...(password.length < MIN_PASSWORD_CHARACTERS && { password: "password-short" }),
  };
}

/** Where the answer of the relay belongs. */
export function toErrors(refused: AccountRefusal, invite: string): AccountErrors {
  const reason = refused === "invite" && invite.trim() === "" ? "invite-needed" : refused;
  return { [FIELD_OF[reason] ?? "form"]: reason };
}
