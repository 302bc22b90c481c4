import { generateKeyPair } from "@tacit/crypto/keys";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import { verifySignature } from "@tacit/crypto/verify";
import { signXeddsa } from "@tacit/crypto/xeddsa";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { type Label, labelled } from "@tacit/shared/labels";
import { DEVICE_LIST_MAX_AGE_MS } from "@tacit/shared/limits";
import { refused } from "@tacit/shared/result";
import type { DeviceList } from "@tacit/shared/wire/devices";
import { expect, test } from "vitest";
import { encodeDeviceList, hashOfList, readDeviceList } from "./device-list.ts";

const random = seededRandom("device list");
const [alice, mallory] = [run(generateKeyPair(random), noblePrimitives), run(generateKeyPair(random), noblePrimitives)];
const identityKey = copyBytes(alice.publicKey);
const nowMs = 1_790_000_000_000;
const LIST: DeviceList = {
  identityKey,
  counter: 3,
  dateMs: nowMs,
  devices: [{ deviceId: 1 as DeviceId, registrationId: 7 }],
};

function signed(changes: Partial<DeviceList> = {}, by = alice) {
  const list = encodeDeviceList({ ...LIST, ...changes });
  return { list, signature: signXeddsa(by.privateKey, concat(labelled("device list"), list), random) };
}

const keyholder = {
  verify: async (key: Bytes, label: Label, message: Bytes, signature: Bytes) =>
    verifySignature(key, concat(labelled(label), message), signature),
};

const read = (list: ReturnType<typeof signed>, known?: { readonly counter: number; readonly hash: Bytes }) =>
  readDeviceList(keyholder, list, { identityKey, known: known && { ...known, devices: [] }, nowMs });

test("a list that names a device twice is none, whoever signed it", async () => {
  const [one] = LIST.devices;
  const twice = [...LIST.devices, { deviceId: 1 as DeviceId, registrationId: 8 }];

  for (const devices of [twice, [...LIST.devices, ...(one === undefined ? [] : [one])]]) {
    expect(await read(signed({ devices }))).toEqual(refused("forged"));
  }
});

test("a signed list is read", async () => {
  const list = signed();

  expect(await read(list)).toMatchObject({
    ok: true,
    value: { counter: 3, hash: hashOfList(list.list), devices: LIST.devices },
  });
});

test("a list of another key, or that another key signed, is not", async () => {
  expect(await read(signed({ identityKey: copyBytes(mallory.publicKey) }, mallory))).toEqual(refused("other-key"));
  expect(await read(signed({}, mallory))).toEqual(refused("forged"));
  const { list, signature } = signed();
  expect(await read({ list: signed({ counter: 4 }).list, signature })).toEqual(refused("forged"));
  expect(await read({ list: list.slice(1), signature })).toEqual(refused("forged"));
});

test("a counter never goes back, and never names two lists", async () => {
  const list = signed();
  const hash = hashOfList(list.list);

  expect((await read(list, { counter: 3, hash })).ok).toBe(true);
  expect((await read(list, { counter: 2, hash: hashOfList(signed({ counter: 2 }).list) })).ok).toBe(true);
  expect(await read(list, { counter: 4, hash })).toEqual(refused("old"));
  expect(await read(signed({ dateMs: nowMs + 1 }), { counter: 3, hash })).toEqual(refused("forked"));
});

test("a list of more than thirty days is not believed any more", async () => {
  expect((await read(signed({ dateMs: nowMs - DEVICE_LIST_MAX_AGE_MS }))).ok).toBe(true);
  expect(await read(signed({ dateMs: nowMs - DEVICE_LIST_MAX_AGE_MS - 1 }))).toEqual(refused("old"));
});
