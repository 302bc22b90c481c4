import { expect, test } from "vitest";
import { storeContract } from "../core/testing/store-contract.ts";
import { dexieStore } from "./dexie-store.ts";
import { beginNewLog } from "./new-log.ts";

let stores = 0;

storeContract(async () => dexieStore(`a store of its own ${stores++}`, { beginNewLog }));

test("a new log leaves no database behind", async () => {
  const before = await indexedDB.databases();

  await beginNewLog();
  await beginNewLog();

  expect(await indexedDB.databases()).toEqual(before);
});

test("where no bucket can be made there is no room, and the log is left alone", async () => {
  const { open } = indexedDB;
  let opened = 0;
  Object.assign(indexedDB, {
    open: () => {
      opened += 1;
      return Reflect.apply(open, indexedDB, ["never"]);
    },
  });
  Object.defineProperty(navigator, "storageBuckets", {
    configurable: true,
    value: { open: () => Promise.reject(new DOMException("full", "UnknownError")), delete: async () => undefined },
  });

  await expect(beginNewLog()).rejects.toThrow("there is no room");

  Reflect.deleteProperty(navigator, "storageBuckets");
  Reflect.deleteProperty(indexedDB, "open");
  expect(opened).toBe(0);
});
