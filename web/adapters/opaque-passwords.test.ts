import { ready, server } from "@serenity-kit/opaque";
import { ok, refused } from "@tacit/shared/result";
import { STRETCHING } from "@tacit/shared/wire/accounts";
import { expect, test } from "vitest";
import { CHEAP_ARGON2_COST } from "./argon2-stretch.ts";
import { opaquePasswords } from "./opaque-passwords.ts";

const PASSWORD = "correct horse battery staple";
const LOGIN = "alice";

await ready;
const serverSetup = server.createSetup();
const passwords = opaquePasswords(CHEAP_ARGON2_COST);

async function register(password: string) {
  const { state, request } = await passwords.startRegistration(password);
  const { registrationResponse: response } = server.createRegistrationResponse({
    serverSetup,
    userIdentifier: LOGIN,
    registrationRequest: request,
  });
  return await passwords.finishRegistration({ password, state, response });
}

/** What the relay made of it: a session key where the password was right. */
async function logIn(password: string, record: string | null, stretching: string) {
  const { state, request } = await passwords.startLogin(password);
  const started = server.startLogin({
    serverSetup,
    userIdentifier: LOGIN,
    registrationRecord: record,
    startLoginRequest: request,
  });
  const finished = await passwords.finishLogin({ password, state, response: started.loginResponse, stretching });
  if (!finished.ok) return finished;
  const { serverLoginState } = started;
  const { sessionKey } = server.finishLogin({ serverLoginState, finishLoginRequest: finished.value.request });
  return ok(sessionKey.length > 0);
}

test("the password that was registered logs in, whichever way its letters are composed", async () => {
  const { record, stretching } = await register("caf\u00e9 caf\u00e9");

  expect(await logIn("cafe\u0301 caf\u00e9", record, stretching)).toEqual(ok(true));
});

test("another password does not log in, nor does any for a name that nobody has", async () => {
  const { record, stretching } = await register(PASSWORD);

  expect(await logIn(`${PASSWORD}!`, record, stretching)).toEqual(refused("wrong-password"));
  expect(await logIn(PASSWORD, null, stretching)).toEqual(refused("wrong-password"));
});

test("the relay cannot choose another stretching, nor answer with something else", async () => {
  const { record } = await register(PASSWORD);
  const { state } = await passwords.startLogin(PASSWORD);
  const { stretching } = await register(PASSWORD);

  expect(await logIn(PASSWORD, record, "argon2id/2097152/1/4")).toEqual(refused("wrong-password"));
  const exchange = { password: PASSWORD, state, response: "AAAA", stretching };
  expect(await passwords.finishLogin(exchange)).toEqual(refused("wrong-password"));
});

test("two records of one password differ, and name what stretched it", async () => {
  const [one, other] = [await register(PASSWORD), await register(PASSWORD)];

  expect(one.record).not.toBe(other.record);
  expect(one.stretching).toBe("argon2id/8/1/1");
});

test("what protects people is what the contract names", async () => {
  const { state, request } = await opaquePasswords().startRegistration(PASSWORD);
  const registered = server.createRegistrationResponse({
    serverSetup,
    userIdentifier: LOGIN,
    registrationRequest: request,
  });
  const exchange = { password: PASSWORD, state, response: registered.registrationResponse };

  expect((await opaquePasswords().finishRegistration(exchange)).stretching).toBe(STRETCHING);
});
