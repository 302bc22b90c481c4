import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { seededRandom } from "@tacit/crypto/testing/random";
import { type Endpoint, expose } from "comlink";
import { expect, test } from "vitest";
import type { DeviceKey } from "../core/keyholder/outside.ts";
import type { Keyholder } from "../core/ports/keyholder.ts";
import { keyholderContract } from "../core/testing/keyholder-contract.ts";
import { memoryDeviceKey } from "../core/testing/memory-device-key.ts";
import { CHEAP_ARGON2_COST } from "./argon2-stretch.ts";
import { createKeys } from "./keys.ts";
import type { StartedWorker } from "./worker-calls.ts";
import { workerKeys } from "./worker-keyholder.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

let seeds = 0;
const deviceKeys = new WeakMap<Keyholder, DeviceKey>();

/** A worker as far as anybody can tell: everything is cloned on its way, and nothing answers after the end. */
function startThread(deviceKey: DeviceKey): StartedWorker & { readonly fail: (error: Error) => void } {
  const { port1, port2 } = new MessageChannel();
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const random = seededRandom(`worker ${seeds++}`);
  expose(createKeys({ random, stretchCost: CHEAP_ARGON2_COST, deviceKey }), port1 as unknown as Endpoint);
  return { endpoint: port2 as unknown as Endpoint, failed, fail, terminate: () => port1.close() };
}

keyholderContract((like) => {
  const deviceKey = (like && deviceKeys.get(like)) ?? memoryDeviceKey(seededRandom(`device ${seeds++}`));
  const { keyholder } = workerKeys(() => startThread(deviceKey));
  deviceKeys.set(keyholder, deviceKey);
  return keyholder;
});

test("no worker runs before the first use, and after locking only a new one", async () => {
  const started: StartedWorker[] = [];
  const { keyholder, passwords } = workerKeys(() => {
    started.push(startThread(memoryDeviceKey(seededRandom("device"))));
    return started.at(-1) as StartedWorker;
  });
  await keyholder.lock();
  expect(started).toHaveLength(0);

  const wrapped = await keyholder.createVault("a password", false);
  await passwords.startLogin("a password");
  expect(started).toHaveLength(1);

  await keyholder.lock();
  await expect(keyholder.blind("meta", ["a"])).rejects.toThrow("locked");
  expect(started).toHaveLength(2);
  await keyholder.unlockByPassword(wrapped, "a password");
  expect(await keyholder.blind("meta", ["a"])).toHaveLength(1);
});

test("what was asked before locking rejects and does not hang", async () => {
  const { keyholder } = workerKeys(() => startThread(memoryDeviceKey(seededRandom("device"))));
  const making = keyholder.createVault("a password", false);

  await keyholder.lock();

  await expect(making).rejects.toThrow("locked");
});

test("a worker that breaks down is replaced by a locked one", async () => {
  const started: ReturnType<typeof startThread>[] = [];
  const { keyholder } = workerKeys(() => {
    started.push(startThread(memoryDeviceKey(seededRandom("device"))));
    return started.at(-1) as StartedWorker;
  });
  await keyholder.createVault("a password", false);

  const asked = keyholder.blind("meta", ["a"]);
  started[0]?.fail(new Error("out of memory"));

  await expect(asked).rejects.toThrow("broken down");
  await expect(keyholder.blind("meta", ["a"])).rejects.toThrow("locked");
});

test("what the worker answered is held by nobody but whoever asked, while it runs", async () => {
  const { keyholder } = workerKeys(() => startThread(memoryDeviceKey(seededRandom("device"))));
  await keyholder.createVault("a password", false);

  const answers: WeakRef<object>[] = [];
  for (let time = 0; time < 20; time += 1) answers.push(new WeakRef(await keyholder.blind("meta", ["a"])));
  await keyholder.blind("meta", ["b"]);
  collectGarbage();

  expect(answers.filter((answer) => answer.deref() !== undefined)).toEqual([]);
});
