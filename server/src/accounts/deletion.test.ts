import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat } from "@tacit/shared/bytes";
import { LOGIN_TTL_MS, MINUTE_MS } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { sha256 } from "../hash.ts";
import { formsOf, mentions, type Row, readDisk, readRows } from "../testing/disk.ts";
import { Gate } from "../testing/gate.ts";
import { device, Owner } from "../testing/owner.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { beginLogin, composeChange, composeDeletion, logIn, NEW_PASSWORD, vaultOf } from "../testing/sign-in.ts";
import { refusalOf } from "../testing/sockets.ts";

async function deletionOf(stage: RelayStage, { owner, request: { login } }: Member) {
  return composeDeletion(owner, (await logIn(stage.caller, login)).ticket);
}

/** Leaves rows in every table that an account can have rows in. */
async function useAll(stage: RelayStage, member: Member) {
  const { caller } = stage;
  const socket = stage.connect(member.token, 1);
  await caller.ask("post", stage.compose(member));
  await expect.poll(() => socket.envelopes).toHaveLength(1);
  await socket.collect();
  socket.close();
  const waiting = stage.compose(member);
  await caller.ask("post", waiting);
  await caller.ask("post", stage.compose(member, "live"));
  await caller.ask("claim", { card: member.onceKey, claimant: sha256(stage.random(32)) as never });
  await caller.ask("bundle", { key: member.contactKey, nonce: stage.random(16) });
  const vaults = [vaultOf(member.owner, 1, 8192), vaultOf(member.owner, 2, 16_384)];
  for (const vault of vaults) await caller.ask("putRecovery", vault, member.token);
  return { waiting, vaults };
}

test("after a deletion no row of any table names the account or its mailbox, and no other row is touched", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-deletion-"));
  const stage = await RelayStage.start({ dataDir });
  const alice = await stage.register("alice");
  const bob = await stage.register("bob");
  for (const member of [alice, bob]) await useAll(stage, member);
  const before = readRows(dataDir);
  const accountId = Buffer.from(alice.owner.accountId);
  const ownDevice = before.find((row) => String(row[0]) === "devices" && mentions(row, accountId));
  const mailbox = ownDevice?.[1] ?? Buffer.alloc(0);
  const isHers = (row: Row) => mentions(row, accountId) || mentions(row, mailbox);
  const tables = new Set(before.filter(isHers).map(([table]) => String(table)));
  const deletion = await deletionOf(stage, alice);

  await stage.caller.ask("deleteAccount", deletion);

  const after = readRows(dataDir);
  expect(mailbox).toHaveLength(16);
  expect([...tables].sort()).toEqual(
    [
      ...["accounts", "claims", "collected", "delivery_keys", "device_states", "devices", "envelopes"],
      ...["one_time_prekeys", "recovery", "tokens"],
    ].sort(),
  );
  expect(after.filter(isHers)).toEqual([]);
  expect(after).toEqual(before.filter((row) => !isHers(row)));
  await stage[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

test("after a deletion and a checkpoint no file holds anything of the account, nor what it had replaced", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-deletion-"));
  const stage = await RelayStage.start({ dataDir });
  const neighbours = (from: number) => Array.from({ length: 8 }, (_, i) => `neighbour${from + i}`);
  for (const login of neighbours(0)) await useAll(stage, await stage.register(login));
  const alice = await stage.register("alicecanary", undefined, 20);
  const { waiting, vaults } = await useAll(stage, alice);
  for (const login of neighbours(8)) await useAll(stage, await stage.register(login));
  const { owner, request } = alice;
  const { ticket } = await logIn(stage.caller, "alicecanary");
  const change = await composeChange(stage.caller, owner, ticket, vaultOf(owner, 3, 12_288));
  await stage.caller.ask("finishPasswordChange", change);
  const list = owner.list([device(1)], 2, sha256(request.list.list));
  await stage.caller.ask("putDeviceList", list, alice.token);
  await stage.app.expire();

  const pieces = (bytes: Uint8Array) => [bytes.slice(0, 24), bytes.slice(-24)];
  const replaced = [
    ...vaults.flatMap(({ sealed }) => pieces(sealed)),
    ...pieces(toUtf8(request.record)),
    ...pieces(request.list.signature),
  ];
  const own = [
    toUtf8(owner.accountId),
    toUtf8("alicecanary"),
    owner.identityKey,
    ...[...pieces(toUtf8(change.record)), ...pieces(change.vault.sealed), ...pieces(list.signature)],
    ...waiting.envelopes.flatMap(({ id, sealed }) => [id, sealed.slice(0, 24), sha256(sealed)]),
    ...[sha256(alice.contactKey), sha256(alice.cardKey), sha256(alice.onceKey), sha256(toUtf8(alice.token))],
    ...request.deliveryKeys.contact,
    ...request.prekeys.oneTime.slice(1).map(({ key }) => key),
    ...request.prekeys.kyber.slice(1).flatMap(({ key, signature }) => [...pieces(key), signature]),
  ];
  const found = (disk: Buffer, secrets: readonly Uint8Array[]) =>
    secrets.flatMap((secret, i) => (formsOf(secret).some((form) => disk.includes(form)) ? [i] : []));
  const before = readDisk(dataDir);
  expect(found(before, own)).toEqual(own.map((_, i) => i));
  expect(found(before, replaced)).toEqual([]);

  const { ticket: last } = await logIn(stage.caller, "alicecanary", NEW_PASSWORD);
  await stage.caller.ask("deleteAccount", composeDeletion(owner, last));
  await stage.app.expire();

  expect(found(readDisk(dataDir), [...own, ...replaced])).toEqual([]);
  await stage[Symbol.asyncDispose]();
  expect(found(readDisk(dataDir), [...own, ...replaced])).toEqual([]);
  rmSync(dataDir, { recursive: true });
});

test("whoever deletes the account is disconnected, signed out and reached by nobody; the name is free", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  await useAll(stage, alice);
  const socket = stage.connect(alice.token, 2);
  await socket.ready;
  const question = { key: alice.contactKey, nonce: stage.random(16) };
  expect((await stage.caller.ask("bundle", question)).status).toBe("ok");
  const late = await beginLogin(stage.caller, "alice");
  const other = await logIn(stage.caller, "alice");

  await stage.caller.ask("deleteAccount", await deletionOf(stage, alice));

  await socket.ended();
  expect(await refusalOf(stage.connect(alice.token, 3).socket)).toBe("unauthorized");
  const put = await stage.caller.call("putRecovery", vaultOf(alice.owner, 9), alice.token);
  expect(put.error?.error).toBe("unauthorized");
  for (const lane of ["durable", "live"] as const) {
    expect(await stage.caller.ask("post", stage.compose(alice, lane))).toEqual({ status: "unknown-key" });
  }
  expect(await stage.caller.ask("bundle", question)).toEqual({ status: "unknown-key" });
  const claim = { card: alice.onceKey, claimant: stage.random(32) as never };
  expect(await stage.caller.ask("claim", claim)).toEqual({ status: "unknown-key" });
  expect((await stage.caller.call("fetchRecovery", { ticket: other.ticket })).error?.error).toBe("unauthorized");
  const finish = { attempt: late.attempt, request: late.request ?? "" };
  expect((await stage.caller.call("finishLogin", finish)).error?.error).toBe("wrong-password");
  expect((await beginLogin(stage.caller, "alice")).request).toBeUndefined();

  const next = await stage.register("alice");
  expect(next.owner.accountId).not.toBe(alice.owner.accountId);
});

test("a device that is being let in while its account is deleted is disconnected", async () => {
  const gate = new Gate();
  await using stage = await RelayStage.start({ schedule: gate.schedule });
  const alice = await stage.register("alice");
  const { ticket } = await logIn(stage.caller, "alice");

  gate.shut();
  const socket = stage.connect(alice.token, 1);
  await expect.poll(() => gate.isWaitedFor).toBe(true);
  const deleted = stage.caller.call("deleteAccount", composeDeletion(alice.owner, ticket));
  // It waits for the same commit as the device once others find its ticket in use.
  const forged = composeDeletion(new Owner(stage.random), ticket);
  await expect.poll(async () => (await stage.caller.call("deleteAccount", forged)).status).toBe(401);
  gate.open();

  await expect.poll(() => socket.socket.active).toBe(false);
  expect(socket.heard).toEqual([]);
  expect((await deleted).status).toBe(200);
});

test("the bundles of others are still remembered when somebody deletes the account", async () => {
  await using stage = await RelayStage.start();
  const [alice, bob] = [await stage.register("alice"), await stage.register("bob")];
  const question = { key: bob.contactKey, nonce: stage.random(16) };
  const first = await stage.caller.ask("bundle", question);

  await stage.caller.ask("deleteAccount", await deletionOf(stage, alice));

  expect(await stage.caller.ask("bundle", question)).toEqual(first);
});

test("a deletion is refused that the identity key did not sign for this ticket, and nothing is gone", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const mallory = new Owner(stage.random);
  const { ticket } = await logIn(stage.caller, "alice");
  const other = await logIn(stage.caller, "alice");
  const erase = async (request: ReturnType<typeof composeDeletion>) =>
    (await stage.caller.call("deleteAccount", request)).error?.error;
  const deletion = composeDeletion(alice.owner, ticket);
  const asToken = alice.owner.sign("device token", concat(ticket, Uint8Array.of(1)));

  expect(await erase(composeDeletion(mallory, ticket))).toBe("forged");
  expect(await erase({ ticket, signature: asToken })).toBe("forged");
  expect(await erase({ ...deletion, ticket: other.ticket })).toBe("forged");
  expect(await erase(composeDeletion(alice.owner, stage.random(32)))).toBe("unauthorized");
  await stage.connect(alice.token, 1).ready;

  expect(await erase(deletion)).toBeUndefined();
});

test("a ticket that is five minutes old, or was used for a token, deletes nothing", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const deletion = await deletionOf(stage, alice);
  const used = await deletionOf(stage, alice);
  const { deviceId } = alice.device;
  const signature = alice.owner.sign("device token", concat(used.ticket, Uint8Array.of(deviceId)));
  await stage.caller.ask("issueToken", { ticket: used.ticket, deviceId, signature });

  expect((await stage.caller.call("deleteAccount", used)).error?.error).toBe("unauthorized");
  stage.clock.advance(LOGIN_TTL_MS);
  expect((await stage.caller.call("deleteAccount", deletion)).error?.error).toBe("unauthorized");
  await logIn(stage.caller, "alice");
});

test("an answer that was lost is given again for ten minutes, whoever has the name meanwhile", async () => {
  await using stage = await RelayStage.start();
  const deletion = await deletionOf(stage, await stage.register("alice"));
  await stage.caller.ask("deleteAccount", deletion);
  await stage.register("alice");

  stage.clock.advance(10 * MINUTE_MS - 1);
  await stage.caller.ask("deleteAccount", deletion);
  stage.clock.advance(1);
  expect((await stage.caller.call("deleteAccount", deletion)).error?.error).toBe("unauthorized");
  await logIn(stage.caller, "alice");
});
