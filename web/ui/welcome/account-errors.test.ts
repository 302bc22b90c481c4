import { Login } from "@tacit/shared/wire/accounts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkAccount, toErrors, toLogin } from "./account-errors.ts";

test("every field that is wrong is named at once", () => {
  expect(checkAccount({ name: " ", login: "A", password: "short" })).toEqual({
    name: "name-malformed",
    login: "login-malformed",
    password: "password-short",
  });
  expect(checkAccount({ name: "Alice", login: "alice", password: "long enough" })).toEqual({});
});

test("a handle in capital letters, or with a space after it, is the same handle", () => {
  for (const written of ["Alice", " alice ", "ALICE"]) expect(toLogin(written)).toBe("alice");
});

test("the form takes the logins that the protocol takes", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."aZ0._-@ é"), maxLength: 36 });
  fc.assert(
    fc.property(fc.oneof(letters, fc.emailAddress()), (written) => {
      const login = written.trim();
      fc.pre(login.length <= 254);
      const isTaken = checkAccount({ name: "Alice", login, password: "long enough" }).login === undefined;
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
