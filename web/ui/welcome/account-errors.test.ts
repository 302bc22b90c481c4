import { Login } from "@tacit/shared/wire/accounts";
import { normalizeLogin } from "@tacit/web/core/login-name";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkAccount, toErrors } from "./account-errors.ts";

test("every field that is wrong is named at once", () => {
  expect(checkAccount({ name: " ", login: "A", password: "short" })).toEqual({
    name: "name-malformed",
    login: "login-malformed",
    password: "password-short",
  });
  expect(checkAccount({ name: "Alice", login: "alice", password: "long enough" })).toEqual({});
});

test("a handle in capital letters, with a space after it or an @ before it is the same handle", () => {
  for (const login of ["Alice", " alice ", "ALICE", "@alice"]) {
    expect(checkAccount({ name: "Alice", login, password: "long enough" })).toEqual({});
  }
});

test("the form takes the logins that the protocol takes", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."aZ0._-@ é"), maxLength: 36 });
  fc.assert(
    fc.property(fc.oneof(letters, fc.emailAddress()), (written) => {
      const login = normalizeLogin(written);
      fc.pre(login.length <= 254);
      const isTaken = checkAccount({ name: "Alice", login: written, password: "long enough" }).login === undefined;
      expect(isTaken).toBe(Login.safeParse(login).success);
    }),
  );
});

test("what the relay refuses stands at its field, or above the button", () => {
  expect(toErrors("handle-taken", "")).toEqual({ login: "handle-taken" });
  expect(toErrors("invite", " ")).toEqual({ invite: "invite-needed" });
  expect(toErrors("invite", "wrong")).toEqual({ invite: "invite" });
  expect(toErrors("unreachable", "")).toEqual({ form: "unreachable" });
});
