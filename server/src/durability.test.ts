import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { Caller } from "./testing/caller.ts";
import { RelayStage } from "./testing/relay-stage.ts";
import {
  beginLogin,
  composeChange,
  composeDeletion,
  logIn,
  NEW_PASSWORD,
  PASSWORD,
  vaultOf,
} from "./testing/sign-in.ts";
import { DeliverySocket, DeviceSocket } from "./testing/sockets.ts";
import { end, spawnRelay } from "./testing/spawn-relay.ts";

test("what was acknowledged is there after the process was killed, what was collected is not, and epochs hold", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-crash-"));
  // Only its people and their keys are used: the relay of the stage is another one.
  await using stage = await RelayStage.start();
  const first = await spawnRelay(dataDir);
  const bob = await stage.register("bob", undefined, 3, new Caller(first.origin));
  const posts = Array.from({ length: 64 }, () => stage.compose(bob));
  const sender = new DeliverySocket(first.origin);

  const answers = [...(await sender.post(...posts.slice(0, 32))), ...(await sender.post(...posts.slice(32)))];
  const device = new DeviceSocket(first.origin, { token: bob.token, epoch: 7 });
  await expect.poll(() => device.envelopes.length).toBe(64);
  await device.collect(posts.slice(0, 10).flatMap(({ envelopes }) => envelopes.map(({ id }) => id)));
  await end(first.child, "SIGKILL");
  sender.close();
  device.close();
  const second = await spawnRelay(dataDir);

  expect(answers.every(({ status }) => status === "ok")).toBe(true);
  const rollback = new DeviceSocket(second.origin, { token: bob.token, epoch: 7 });
  await expect.poll(() => rollback.socket.active).toBe(false);
  const again = new DeviceSocket(second.origin, { token: bob.token, epoch: 8 });
  await expect.poll(() => again.envelopes.length).toBe(54);
  const ids = posts.slice(10).flatMap(({ envelopes }) => envelopes.map(({ id }) => toHex(id)));
  expect(again.envelopes.map(({ id }) => toHex(id))).toEqual(ids);
  again.close();
  expect(await end(second.child, "SIGTERM")).toBe(0);
  rmSync(dataDir, { recursive: true });
});

test("a change of password that was acknowledged outlives the process: record and vault, and a deletion too", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-crash-"));
  await using stage = await RelayStage.start();
  const first = await spawnRelay(dataDir);
  const before = new Caller(first.origin);
  const bob = await stage.register("bob", undefined, 3, before);
  const carol = await stage.register("carol", undefined, 3, before);
  await before.ask("putRecovery", vaultOf(bob.owner, 1), bob.token);
  const { ticket } = await logIn(before, "bob");
  const change = await composeChange(before, bob.owner, ticket, vaultOf(bob.owner, 2));
  const hers = await logIn(before, "carol");

  await Promise.all([
    before.ask("finishPasswordChange", change),
    before.ask("deleteAccount", composeDeletion(carol.owner, hers.ticket)),
  ]);
  await end(first.child, "SIGKILL");
  const second = await spawnRelay(dataDir);

  const after = new Caller(second.origin);
  expect((await beginLogin(after, "bob", PASSWORD)).request).toBeUndefined();
  const { ticket: next } = await logIn(after, "bob", NEW_PASSWORD);
  expect(await after.ask("fetchRecovery", { ticket: next })).toEqual({ vault: change.vault, list: bob.request.list });
  const device = new DeviceSocket(second.origin, { token: bob.token, epoch: 1 });
  await device.ready;
  device.close();
  expect((await beginLogin(after, "carol")).request).toBeUndefined();
  expect((await after.call("putRecovery", vaultOf(carol.owner, 1), carol.token)).status).toBe(401);
  expect(await end(second.child, "SIGTERM")).toBe(0);
  rmSync(dataDir, { recursive: true });
});

test("asked to stop, the relay answers what it was asked before and exits with 0", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-stop-"));
  await using stage = await RelayStage.start();
  const { child, origin } = await spawnRelay(dataDir);
  const bob = await stage.register("bob", undefined, 0, new Caller(origin));
  const sender = new DeliverySocket(origin);
  await sender.post(stage.compose(bob));
  const idle = new DeviceSocket(origin, { token: bob.token, epoch: 1 });
  await idle.ready;

  expect(await end(child, "SIGTERM")).toBe(0);

  idle.close();
  sender.close();
  rmSync(dataDir, { recursive: true });
});
