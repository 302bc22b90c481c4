import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";
import { deviceKeyContract } from "../core/testing/device-key-contract.ts";
import { browserDeviceKey } from "./device-key.ts";

deviceKeyContract(() => browserDeviceKey("device key", new IDBFactory()));

test("the key outlives the page that made it", async () => {
  const indexedDB = new IDBFactory();
  const wrapped = await browserDeviceKey("device key", indexedDB).wrap(new Uint8Array([1, 2]));

  expect(await browserDeviceKey("device key", indexedDB).unwrap(wrapped)).toEqual(new Uint8Array([1, 2]));
});

test("tabs that make the key at the same time end with the same one", async () => {
  const indexedDB = new IDBFactory();
  const tabs = [browserDeviceKey("device key", indexedDB), browserDeviceKey("device key", indexedDB)];

  const wrapped = await Promise.all(tabs.map((tab) => tab.wrap(new Uint8Array([3]))));

  for (const secret of wrapped) {
    for (const tab of tabs) expect(await tab.unwrap(secret)).toEqual(new Uint8Array([3]));
  }
});
