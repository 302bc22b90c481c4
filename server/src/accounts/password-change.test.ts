import { HOUR_MS, LOGIN_TTL_MS, MAX_RECOVERY_BYTES, MINUTE_MS } from "@tacit/shared/limits";
import type { PasswordChangeFinish } from "@tacit/shared/wire/recovery";
import { expect, test } from "vitest";
import { startRegistration } from "../testing/opaque-client.ts";
import { Owner } from "../testing/owner.ts";
import { RelayStage } from "../testing/relay-stage.ts";
import { beginLogin, composeChange, logIn, NEW_PASSWORD, PASSWORD, signRecord, vaultOf } from "../testing/sign-in.ts";

/** Alice has a vault of version 1 and is signed in. */
async function stageWithAlice() {
  const stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const vault = vaultOf(alice.owner, 1);
  await stage.caller.ask("putRecovery", vault, alice.token);
  const { ticket } = await logIn(stage.caller, "alice");
  const compose = (version = 2, on = ticket) =>
    composeChange(stage.caller, alice.owner, on, vaultOf(alice.owner, version));
  const finish = async (request: PasswordChangeFinish) =>
    (await stage.caller.call("finishPasswordChange", request)).error?.error;
  const isRight = async (password: string) => (await beginLogin(stage.caller, "alice", password)).request !== undefined;
  return { stage, alice, vault, ticket, compose, finish, isRight };
}

test("after a change the new password is right, the old one wrong, the vault the new one, and the token still good", async () => {
  const { stage, alice, compose, isRight } = await stageWithAlice();
  await using _ = stage;
  const socket = stage.connect(alice.token, 1);
  await socket.ready;

  const change = await compose();
  await stage.caller.ask("finishPasswordChange", change);

  expect([await isRight(PASSWORD), await isRight(NEW_PASSWORD)]).toEqual([false, true]);
  const { ticket, accountId } = await logIn(stage.caller, "alice", NEW_PASSWORD);
  expect(accountId).toBe(alice.owner.accountId);
  expect((await stage.caller.ask("fetchRecovery", { ticket })).vault).toEqual(change.vault);
  expect(socket.socket.connected).toBe(true);
  await stage.caller.ask("putRecovery", vaultOf(alice.owner, 3), alice.token);
});

test("an account by e-mail changes its password as one by handle does", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice@mail.example");
  const { ticket } = await logIn(stage.caller, "alice@mail.example");

  const change = await composeChange(stage.caller, alice.owner, ticket, vaultOf(alice.owner, 1));
  await stage.caller.ask("finishPasswordChange", change);

  await logIn(stage.caller, "alice@mail.example", NEW_PASSWORD);
});

test("a change that was only begun changes nothing, and may be begun again", async () => {
  const { stage, compose, finish, isRight } = await stageWithAlice();
  await using _ = stage;

  await compose();
  await compose();

  expect(await isRight(PASSWORD)).toBe(true);
  expect(await finish(await compose())).toBeUndefined();
});

test("a refused change changes neither the password nor the vault, and leaves the ticket good", async () => {
  const { stage, alice, vault, ticket, compose, finish, isRight } = await stageWithAlice();
  await using _ = stage;
  const change = await compose();
  const [other, mallory] = [await compose(), new Owner(stage.random)];

  expect(await finish({ ...change, signature: signRecord(mallory, change.record) })).toBe("forged");
  expect(await finish({ ...change, record: other.record })).toBe("forged");
  expect(await finish({ ...change, vault: vaultOf(alice.owner, 1) })).toBe("outdated");
  expect(await finish({ ...change, vault: vaultOf(alice.owner, 0) })).toBe("outdated");

  expect([await isRight(PASSWORD), await isRight(NEW_PASSWORD)]).toEqual([true, false]);
  expect((await stage.caller.ask("fetchRecovery", { ticket })).vault).toEqual(vault);
  expect(await finish(change)).toBeUndefined();
});

test("the ticket is used up by the change, and no other of the old password is worth anything", async () => {
  const { stage, alice, ticket, compose } = await stageWithAlice();
  await using _ = stage;
  const other = await logIn(stage.caller, "alice");
  const late = await beginLogin(stage.caller, "alice");
  const second = await compose(3, other.ticket);

  await stage.caller.ask("finishPasswordChange", await compose());

  const { request } = startRegistration("one more");
  for (const used of [ticket, other.ticket]) {
    expect((await stage.caller.call("fetchRecovery", { ticket: used })).error?.error).toBe("unauthorized");
    const started = await stage.caller.call("startPasswordChange", { ticket: used, request });
    expect(started.error?.error).toBe("unauthorized");
  }
  expect((await stage.caller.call("finishPasswordChange", second)).error?.error).toBe("unauthorized");
  const finish = { attempt: late.attempt, request: late.request ?? "" };
  expect((await stage.caller.call("finishLogin", finish)).error?.error).toBe("wrong-password");
  await stage.caller.ask("putRecovery", vaultOf(alice.owner, 3), alice.token);
});

test.each(["one ticket", "two tickets"])("of two changes that come at once on %s, one is made", async (tickets) => {
  const { stage, alice, ticket, compose } = await stageWithAlice();
  await using _ = stage;
  const other = tickets === "one ticket" ? { ticket } : await logIn(stage.caller, "alice");
  const changes = [await compose(2), await compose(3, other.ticket)];

  const made = await Promise.all(changes.map((change) => stage.caller.call("finishPasswordChange", change)));

  expect(made.map(({ status }) => status).sort()).toEqual([200, 401]);
  const kept = changes[made.findIndex(({ status }) => status === 200)];
  const { ticket: next } = await logIn(stage.caller, "alice", NEW_PASSWORD);
  const { vault } = await stage.caller.ask("fetchRecovery", { ticket: next });
  expect(vault).toEqual(kept?.vault);
  await stage.caller.ask("putRecovery", vaultOf(alice.owner, 4), alice.token);
});

test("a change that comes twice at once is made once, and answered twice", async () => {
  const { stage, compose, finish } = await stageWithAlice();
  await using _ = stage;
  const change = await compose();

  expect(await Promise.all([finish(change), finish(change)])).toEqual([undefined, undefined]);
});

test("an answer that was lost is given again for ten minutes", async () => {
  const { stage, compose, finish } = await stageWithAlice();
  await using _ = stage;
  const change = await compose();
  await finish(change);

  stage.clock.advance(10 * MINUTE_MS - 1);
  expect(await finish(change)).toBeUndefined();
  stage.clock.advance(1);
  expect(await finish(change)).toBe("unauthorized");
});

test("neither step goes without a ticket, nor with one that is five minutes old", async () => {
  const { stage, compose, finish } = await stageWithAlice();
  await using _ = stage;
  const change = await compose();
  const { request } = startRegistration(NEW_PASSWORD);
  const start = async (ticket: PasswordChangeFinish["ticket"]) =>
    (await stage.caller.call("startPasswordChange", { ticket, request })).error?.error;

  expect(await start(stage.random(32))).toBe("unauthorized");
  expect(await finish({ ...change, ticket: stage.random(32) })).toBe("unauthorized");
  stage.clock.advance(LOGIN_TTL_MS);
  expect(await start(change.ticket)).toBe("unauthorized");
  expect(await finish(change)).toBe("unauthorized");
});

test("an OPAQUE message that is none is malformed, and the ticket still good", async () => {
  const { stage, ticket, compose, finish } = await stageWithAlice();
  await using _ = stage;

  const started = await stage.caller.call("startPasswordChange", { ticket, request: "AAAA" });

  expect(started.error?.error).toBe("malformed");
  expect(await finish(await compose())).toBeUndefined();
});

test("the largest vault fits into a change, and one step more does not", async () => {
  const { stage, alice, compose, finish } = await stageWithAlice();
  await using _ = stage;
  const change = await compose();

  expect(await finish({ ...change, vault: vaultOf(alice.owner, 2, MAX_RECOVERY_BYTES + 4096) })).toBe("malformed");
  expect(await finish({ ...change, vault: vaultOf(alice.owner, 2, MAX_RECOVERY_BYTES) })).toBeUndefined();
});

test("records of 4,096 characters and names of stretchings of 64 fit, longer ones and empty ones do not", async () => {
  const { stage, alice, compose, finish } = await stageWithAlice();
  await using _ = stage;
  const change = await compose();
  const withRecord = (record: string) => ({ ...change, record, signature: signRecord(alice.owner, record) });

  for (const stretching of ["", "x".repeat(65)]) expect(await finish({ ...change, stretching })).toBe("malformed");
  for (const record of ["", "x".repeat(4097)]) expect(await finish(withRecord(record))).toBe("malformed");
  expect(await finish({ ...withRecord("x".repeat(4096)), stretching: "x".repeat(64) })).toBeUndefined();
});

test("a ticket is used as often as its owner may log in, by whomever, and other accounts are free", async () => {
  const rates = { registrationsPerVisitor: 9, loginsPerVisitor: 99, loginsPerName: 3 };
  await using stage = await RelayStage.start({ rates });
  await stage.register("alice");
  await stage.register("bob");
  const [hers, his] = [await logIn(stage.caller, "alice"), await logIn(stage.caller, "bob")];
  const { request } = startRegistration(NEW_PASSWORD);
  const start = ({ ticket }: typeof hers) => stage.caller.call("startPasswordChange", { ticket, request });

  for (let i = 0; i < 2; i++) expect((await start(hers)).status).toBe(200);
  expect((await stage.caller.call("fetchRecovery", { ticket: hers.ticket })).status).toBe(200);

  const over = { status: 429, error: { error: "rate", retryAfterMs: 15 * MINUTE_MS } };
  expect(await start(hers)).toMatchObject(over);
  expect(await stage.caller.call("fetchRecovery", { ticket: hers.ticket })).toMatchObject(over);
  expect((await start(his)).status).toBe(200);
  stage.clock.advance(HOUR_MS);
  expect((await start(await logIn(stage.caller, "alice"))).status).toBe(200);
});

test("a visitor tries few tickets, and guesses at a name cost its owner no change", async () => {
  const rates = { registrationsPerVisitor: 9, loginsPerVisitor: 3, loginsPerName: 2 };
  await using stage = await RelayStage.start({ rates });
  await stage.register("alice");
  const { ticket } = await logIn(stage.caller, "alice");
  for (let i = 0; i < 2; i++) await stage.caller.call("startLogin", { login: "alice", request: "AAAA" });

  const tries = [ticket, stage.random(32), stage.random(32), stage.random(32)];
  const statuses: number[] = [];
  for (const tried of tries) statuses.push((await stage.caller.call("fetchRecovery", { ticket: tried })).status);

  expect(statuses).toEqual([200, 401, 401, 429]);
});
