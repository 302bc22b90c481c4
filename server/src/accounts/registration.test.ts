import { copyBytes } from "@tacit/shared/bytes";
import type { DeviceToken } from "@tacit/shared/ids";
import { MAX_ONE_TIME_PREKEYS, MINUTE_MS } from "@tacit/shared/limits";
import type { RegistrationFinish } from "@tacit/shared/wire/accounts";
import { expect, test } from "vitest";
import { device, Owner } from "../testing/owner.ts";
import { RelayStage } from "../testing/relay-stage.ts";

test("whoever registers has an account of the id that their key says, and a token that connects", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.prepare("alice");

  const { accountId, token } = await stage.caller.ask("finishRegistration", alice.request);

  expect(accountId).toBe(alice.owner.accountId);
  const ready = await stage.connect(token, 1).ready;
  expect(ready).toMatchObject({ timeMs: stage.clock.nowMs(), prekeys: { oneTime: 3, kyber: 3 } });
});

test("a name is taken once", async () => {
  await using stage = await RelayStage.start();
  const early = await stage.prepare("alice");
  await stage.register("alice");

  const start = await stage.caller.call("startRegistration", { login: "alice", request: "AA" });
  expect(start).toMatchObject({ status: 409, error: { error: "handle-taken" } });
  const finish = await stage.caller.call("finishRegistration", early.request);
  expect(finish).toMatchObject({ status: 409, error: { error: "handle-taken" } });
});

test("an answer that was lost is given again for ten minutes", async () => {
  await using stage = await RelayStage.start();
  const { request } = await stage.prepare("alice");
  const first = await stage.caller.ask("finishRegistration", request);

  expect(await stage.caller.ask("finishRegistration", request)).toEqual(first);
  stage.clock.advance(10 * MINUTE_MS);
  expect((await stage.caller.call("finishRegistration", request)).error).toEqual({ error: "handle-taken" });
});

test("a registration that comes twice at once makes one account, and gets one answer twice", async () => {
  await using stage = await RelayStage.start();
  const { request } = await stage.prepare("alice");

  const [first, second] = await Promise.all([1, 2].map(() => stage.caller.ask("finishRegistration", request)));

  expect(second).toEqual(first);
});

test("an identity key has one account", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const { request } = await stage.prepare("alicia");
  const { identityKey, signature, list, prekeys, record } = alice.request;

  const again = { ...request, identityKey, signature, list, prekeys, record };

  expect((await stage.caller.call("finishRegistration", again)).error).toEqual({ error: "malformed" });
});

const forgeries: [string, (request: RegistrationFinish, mallory: Owner) => Partial<RegistrationFinish>][] = [
  ["the record", ({ record }) => ({ record: `${record.slice(0, -4)}AAAA` })],
  ["the identity key", (_request, mallory) => ({ identityKey: mallory.identityKey })],
  ["the list", (_request, mallory) => ({ list: mallory.list([device(1)]) })],
  ["the signature of the list", ({ list }) => ({ list: { ...list, signature: flipped(list.signature) } })],
  ["the signed prekey", ({ prekeys }, mallory) => ({ prekeys: { ...prekeys, signed: mallory.prekeys(0).signed } })],
  [
    "the last-resort prekey",
    ({ prekeys }, mallory) => ({ prekeys: { ...prekeys, lastResort: mallory.prekeys(0).lastResort } }),
  ],
  ["a one-time Kyber key", ({ prekeys }, mallory) => ({ prekeys: { ...prekeys, kyber: mallory.prekeys(3).kyber } })],
];
test.each(forgeries)("a registration with %s of somebody else is forged", async (_what, forge) => {
  await using stage = await RelayStage.start();
  const { request } = await stage.prepare("alice");
  const mallory = new Owner(stage.random);

  const forged = await stage.caller.call("finishRegistration", { ...request, ...forge(request, mallory) });

  expect(forged).toMatchObject({ status: 403, error: { error: "forged" } });
  expect((await stage.caller.call("finishRegistration", request)).status).toBe(200);
});

const malformations: [string, (request: RegistrationFinish, owner: Owner) => Partial<RegistrationFinish>][] = [
  ["a device that is not on the list", () => ({ device: device(2) })],
  ["a list that names a device twice", (_request, owner) => ({ list: owner.list([device(1), device(1)]) })],
  ["no signed prekey", ({ prekeys }) => ({ prekeys: { ...prekeys, signed: undefined } })],
  ["no last-resort prekey", ({ prekeys }) => ({ prekeys: { ...prekeys, lastResort: undefined } })],
  ["an identity key that is none", ({ identityKey }) => ({ identityKey: copyBytes(identityKey).fill(6, 0, 1) })],
  [
    "two hundred and one one-time keys",
    (_request, owner) => ({ prekeys: { ...owner.prekeys(0), oneTime: oneTimeKeys(owner, MAX_ONE_TIME_PREKEYS + 1) } }),
  ],
  ["delivery keys that are not padded", ({ deliveryKeys }) => unpadded(deliveryKeys)],
  [
    "a delivery key in two classes",
    ({ deliveryKeys }) => ({ deliveryKeys: { ...deliveryKeys, card: deliveryKeys.contact } }),
  ],
];
test.each(malformations)("a registration with %s is malformed", async (_what, change) => {
  await using stage = await RelayStage.start();
  const { request, owner } = await stage.prepare("alice");

  const { error } = await stage.caller.call("finishRegistration", { ...request, ...change(request, owner) });

  expect(error).toEqual({ error: "malformed" });
});

test("two hundred one-time keys fit", async () => {
  await using stage = await RelayStage.start();
  const { request, owner } = await stage.prepare("alice");
  const prekeys = { ...request.prekeys, oneTime: oneTimeKeys(owner, MAX_ONE_TIME_PREKEYS) };

  expect((await stage.caller.call("finishRegistration", { ...request, prekeys })).status).toBe(200);
});

test("where invites are needed, each lets in as many as it says", async () => {
  await using stage = await RelayStage.start({ registration: "invite" });
  const invite = await stage.app.createInvite(1);
  const start = (given?: string) =>
    stage.caller.call("startRegistration", { login: "carol", invite: given, request: "AA" });

  expect((await start()).error).toEqual({ error: "invite" });
  expect((await start("guessed")).error).toEqual({ error: "invite" });
  const bob = await stage.prepare("bob", invite);
  await stage.register("alice", invite);

  expect((await stage.caller.call("finishRegistration", bob.request)).error).toEqual({ error: "invite" });
  expect((await start(invite)).error).toEqual({ error: "invite" });
  expect((await stage.caller.ask("relayInfo", {})).registration).toBe("invite");
});

test("a relay that nobody has joined makes one first invite", async () => {
  await using stage = await RelayStage.start({ publicOrigin: "https://relay.example" });

  const invite = await stage.app.createFirstInvite();

  expect(invite).toMatch(/^[\w-]{22}$/);
  expect(await stage.app.createFirstInvite()).toBeUndefined();
  const caller = await stage.caller.call("startRegistration", { login: "alice", invite, request: "AA" });
  expect(caller.error).toEqual({ error: "malformed" });
});

test("a closed relay takes nobody", async () => {
  await using stage = await RelayStage.start({ registration: "closed" });

  const { status, error } = await stage.caller.call("startRegistration", { login: "alice", request: "AA" });

  expect([status, error]).toEqual([403, { error: "closed" }]);
});

test("a visitor who registers too often waits", async () => {
  const rates = { registrationsPerVisitor: 2, loginsPerVisitor: 9, loginsPerName: 9 };
  await using stage = await RelayStage.start({ rates });
  await stage.register("alice");
  await stage.register("bob");

  const { status, error } = await stage.caller.call("startRegistration", { login: "carol", request: "AA" });

  expect(status).toBe(429);
  expect(error).toEqual({ error: "rate", retryAfterMs: 15 * MINUTE_MS });
  stage.clock.advance(60 * MINUTE_MS);
  await stage.register("carol");
});

test("a relay takes so many new people an hour, from however many addresses", async () => {
  await using stage = await RelayStage.start({ rates: { registrations: 2 } });
  await stage.register("alice");
  await stage.register("bob");
  const { request } = await stage.prepare("carol");

  expect(await stage.caller.call("finishRegistration", request)).toMatchObject({ status: 429 });

  stage.clock.advance(60 * MINUTE_MS);
  await stage.caller.ask("finishRegistration", request);
});

test("who registers in vain, again and again, takes nobody's place among the new people of an hour", async () => {
  await using stage = await RelayStage.start({ rates: { registrations: 1 } });
  const { request } = await stage.prepare("mallory");
  const forged = { ...request, signature: flipped(request.signature) };
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(await stage.caller.call("finishRegistration", forged)).toMatchObject({ error: { error: "forged" } });
  }

  await stage.register("alice");

  expect(await stage.caller.call("finishRegistration", request)).toMatchObject({ status: 429 });
});

test("a token is a secret of its own for each device", async () => {
  await using stage = await RelayStage.start();

  const tokens = new Set<DeviceToken>([(await stage.register("alice")).token, (await stage.register("bob")).token]);

  expect(tokens.size).toBe(2);
});

function flipped(bytes: Uint8Array) {
  const copy = copyBytes(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}

function oneTimeKeys(owner: Owner, count: number) {
  return Array.from({ length: count }, (_, i) => ({ id: i, key: owner.random(33) }));
}

function unpadded(deliveryKeys: RegistrationFinish["deliveryKeys"]): Partial<RegistrationFinish> {
  return { deliveryKeys: { ...deliveryKeys, contact: deliveryKeys.contact.slice(1) } };
}
