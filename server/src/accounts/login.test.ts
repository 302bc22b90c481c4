import { concat } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { HOUR_MS, LOGIN_TTL_MS } from "@tacit/shared/limits";
import { STRETCHING } from "@tacit/shared/wire/accounts";
import { expect, test } from "vitest";
import { Gate } from "../testing/gate.ts";
import { startLogin } from "../testing/opaque-client.ts";
import { Owner } from "../testing/owner.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { beginLogin, logIn } from "../testing/sign-in.ts";
import { refusalOf } from "../testing/sockets.ts";

function claimFor(owner: Owner, ticket: Uint8Array<ArrayBuffer>, deviceId: number) {
  const signature = owner.sign("device token", concat(ticket, Uint8Array.of(deviceId)));
  return { ticket, deviceId: deviceId as DeviceId, signature };
}

test("the password proves the account, the identity key the device, and the token connects", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");

  const { accountId, ticket } = await logIn(stage.caller, "alice");
  const { token } = await stage.caller.ask("issueToken", claimFor(alice.owner, ticket, 1));

  expect(accountId).toBe(alice.owner.accountId);
  await stage.connect(token, 1).ready;
});

test("a new token of a device replaces the one before and ends its connection", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const socket = stage.connect(alice.token, 1);
  await socket.ready;
  const { ticket } = await logIn(stage.caller, "alice");

  const { token } = await stage.caller.ask("issueToken", claimFor(alice.owner, ticket, 1));

  await socket.ended();
  expect(await refusalOf(stage.connect(alice.token, 2).socket)).toBe("unauthorized");
  await stage.connect(token, 2).ready;
});

test("an e-mail address signs in as a handle does", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice@mail.example");

  expect((await logIn(stage.caller, "alice@mail.example")).accountId).toBe(alice.owner.accountId);
});

test("a name that nobody has gets an answer of the same form, and no password is right for it", async () => {
  await using stage = await RelayStage.start();
  await stage.register("alice");

  const known = await beginLogin(stage.caller, "alice");
  const unknown = await beginLogin(stage.caller, "nobody");

  expect(unknown.response).toHaveLength(known.response.length);
  expect([known.stretching, unknown.stretching]).toEqual([STRETCHING, STRETCHING]);
  expect(unknown.request).toBeUndefined();
  const guess = { attempt: unknown.attempt, request: known.request ?? "" };
  const wrong = { status: 403, error: { error: "wrong-password" } };
  expect(await stage.caller.call("finishLogin", guess)).toMatchObject(wrong);
});

test("an attempt works once, and for five minutes", async () => {
  await using stage = await RelayStage.start();
  await stage.register("alice");
  const first = await beginLogin(stage.caller, "alice");
  const second = await beginLogin(stage.caller, "alice");
  const finish = ({ attempt, request = "" }: typeof first) => stage.caller.call("finishLogin", { attempt, request });

  expect((await finish(first)).status).toBe(200);
  expect((await finish(first)).error).toEqual({ error: "wrong-password" });
  stage.clock.advance(LOGIN_TTL_MS);
  expect((await finish(second)).error).toEqual({ error: "wrong-password" });
});

test("a ticket is worth nothing without the identity key, for another device, a second time, or after five minutes", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const mallory = new Owner(stage.random);
  const { ticket } = await logIn(stage.caller, "alice");
  const issue = (request: ReturnType<typeof claimFor>) => stage.caller.call("issueToken", request);

  expect((await issue(claimFor(mallory, ticket, 1))).error).toEqual({ error: "forged" });
  const forOne = claimFor(alice.owner, ticket, 1);
  expect((await issue({ ...forOne, deviceId: 2 as DeviceId })).error).toEqual({ error: "forged" });
  expect((await issue(forOne)).status).toBe(200);
  expect((await issue(forOne)).error).toEqual({ error: "unauthorized" });

  const late = await logIn(stage.caller, "alice");
  stage.clock.advance(LOGIN_TTL_MS);
  expect((await issue(claimFor(alice.owner, late.ticket, 1))).error).toEqual({ error: "unauthorized" });
});

test("one ticket gives one token, also when it is shown again while the first is being written", async () => {
  const gate = new Gate();
  await using stage = await RelayStage.start({ schedule: gate.schedule });
  const alice = await stage.register("alice");
  const { ticket } = await logIn(stage.caller, "alice");

  gate.shut();
  const issued = [1, 2].map((id) => stage.caller.call("issueToken", claimFor(alice.owner, ticket, id)));
  expect(await Promise.race(issued)).toMatchObject({ status: 401, error: { error: "unauthorized" } });
  gate.open();

  expect((await Promise.all(issued)).map(({ status }) => status).sort()).toEqual([200, 401]);
});

test("a device that is being let in while its token is replaced is disconnected", async () => {
  const gate = new Gate();
  await using stage = await RelayStage.start({ schedule: gate.schedule });
  const alice = await stage.register("alice");
  const { ticket } = await logIn(stage.caller, "alice");

  gate.shut();
  const socket = stage.connect(alice.token, 1);
  await expect.poll(() => gate.isWaitedFor).toBe(true);
  // One of them waits for the same commit as the device, the other finds the ticket in use.
  const issued = [1, 2].map(() => stage.caller.call("issueToken", claimFor(alice.owner, ticket, 1)));
  expect((await Promise.race(issued)).status).toBe(401);
  gate.open();

  await expect.poll(() => socket.socket.active).toBe(false);
  expect(socket.heard).toEqual([]);
});

test("a revoked token neither asks nor stays connected", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const socket = stage.connect(alice.token, 1);
  await socket.ready;

  await stage.caller.ask("revokeToken", {}, alice.token);

  await socket.ended();
  expect(await refusalOf(stage.connect(alice.token, 2).socket)).toBe("unauthorized");
  const asked = await stage.caller.call("revokeToken", {}, alice.token);
  expect(asked).toMatchObject({ status: 401, error: { error: "unauthorized" } });
});

test("guessing at one name is slowed down, also for a name that nobody has; another name is free", async () => {
  const rates = { registrationsPerVisitor: 9, loginsPerVisitor: 99, loginsPerName: 3 };
  await using stage = await RelayStage.start({ rates });
  await stage.register("alice");
  await stage.register("bob");
  const tryAt = (login: string) => stage.caller.call("startLogin", { login, request: startLogin("guess").request });

  for (const login of ["alice", "nobody"]) {
    for (let i = 0; i < 3; i++) expect((await tryAt(login)).status).toBe(200);
    expect((await tryAt(login)).status).toBe(429);
  }

  expect((await tryAt("bob")).status).toBe(200);
  stage.clock.advance(HOUR_MS);
  expect((await tryAt("alice")).status).toBe(200);
});

test("one visitor guesses at few names", async () => {
  const rates = { registrationsPerVisitor: 9, loginsPerVisitor: 3, loginsPerName: 9 };
  await using stage = await RelayStage.start({ rates });
  const names = ["aaa", "bbb", "ccc", "ddd"];

  const statuses = await Promise.all(
    names.map((login) => stage.caller.call("startLogin", { login, request: startLogin("x").request })),
  );

  expect(statuses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
});

test("OPAQUE messages that are none are malformed", async () => {
  await using stage = await RelayStage.start();
  const alice: Member = await stage.register("alice");

  expect(alice.token).toBeDefined();
  for (const login of ["alice", "nobody"]) {
    const { error } = await stage.caller.call("startLogin", { login, request: "AAAA" });
    expect(error).toEqual({ error: "malformed" });
  }
});
