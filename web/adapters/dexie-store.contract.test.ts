import { IDBFactory, IDBKeyRange, IDBObjectStore } from "fake-indexeddb";
import { expect, test } from "vitest";
import type { Row } from "../core/ports/store.ts";
import { storeContract } from "../core/testing/store-contract.ts";
import { dexieStore } from "./dexie-store.ts";

const row: Row = { table: "meta", id: "a", version: 1, sealed: new Uint8Array([1]) };

storeContract(async () => dexieStore("tacit", { indexedDB: new IDBFactory(), IDBKeyRange }));

test("rows outlive the store that wrote them", async () => {
  const indexedDB = new IDBFactory();
  const before = dexieStore("tacit", { indexedDB, IDBKeyRange });
  await before.commit({ put: [row] });
  await before.close();

  expect(await dexieStore("tacit", { indexedDB, IDBKeyRange }).get("meta", "a")).toEqual(row);
});

test("two tabs on one database do not overwrite each other", async () => {
  const indexedDB = new IDBFactory();
  const [one, other] = [
    dexieStore("tacit", { indexedDB, IDBKeyRange }),
    dexieStore("tacit", { indexedDB, IDBKeyRange }),
  ];

  const outcomes = await Promise.all([one.commit({ put: [row] }), other.commit({ put: [row] })]);

  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
});

test("a browser that cannot store says so", async () => {
  const broken = new IDBFactory();
  broken.open = () => {
    throw new DOMException("the disk is gone", "UnknownError");
  };

  const store = dexieStore("tacit", { indexedDB: broken, IDBKeyRange });

  await expect(store.commit({ put: [row] })).rejects.toThrow("could not store on this device");
  await expect(store.get("meta", "a")).rejects.toThrow("could not read from this device");
});

test("a full device says so and keeps what it had", async () => {
  const indexedDB = new IDBFactory();
  const store = dexieStore("tacit", { indexedDB, IDBKeyRange });
  await store.commit({ put: [row] });
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };

  const commit = store.commit({ put: [{ ...row, id: "b" }], remove: [row] });

  await expect(
    commit.finally(() => {
      IDBObjectStore.prototype.put = put;
    }),
  ).rejects.toThrow("this device is full");
  expect(await store.get("meta", "a")).toEqual(row);
});

test("a store opens, begins a new log and writes; after a write that failed it begins another, or writes nothing", async () => {
  const indexedDB = new IDBFactory();
  let hasRoom = true;
  let begun = 0;
  const store = dexieStore("tacit", {
    indexedDB,
    IDBKeyRange,
    async beginNewLog() {
      if (!hasRoom) throw new DOMException("no room", "QuotaExceededError");
      begun += 1;
    },
  });
  expect(await store.get("meta", "a")).toBeUndefined();
  await store.commit({ put: [row] });
  expect(begun).toBe(1);
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("the disk is full", "UnknownError");
  };
  const failed = store.commit({ put: [{ ...row, id: "b" }] });
  await expect(
    failed.finally(() => {
      IDBObjectStore.prototype.put = put;
    }),
  ).rejects.toThrow("could not store on this device");

  hasRoom = false;
  await expect(store.commit({ put: [{ ...row, id: "c" }] })).rejects.toThrow("this device is full");
  expect(await store.get("meta", "a")).toEqual(row);
  hasRoom = true;
  await store.commit({ put: [{ ...row, id: "d" }] });

  expect(begun).toBe(2);
  expect((await store.list("meta")).map(({ id }) => id)).toEqual(["a", "d"]);
});

test("a database that could not be opened once is opened again when it can be", async () => {
  const indexedDB = new IDBFactory();
  const { open } = indexedDB;
  const store = dexieStore("tacit", { indexedDB, IDBKeyRange });
  indexedDB.open = () => {
    throw new DOMException("the disk is full", "UnknownError");
  };
  await expect(store.get("meta", "a")).rejects.toThrow("could not read from this device");

  indexedDB.open = open;

  expect(await store.get("meta", "a")).toBeUndefined();
  await store.commit({ put: [row] });
  expect(await store.get("meta", "a")).toEqual(row);
});

test("a store that was closed stays closed", async () => {
  const store = dexieStore("tacit", { indexedDB: new IDBFactory(), IDBKeyRange });
  await store.commit({ put: [row] });
  await store.close();

  for (let n = 0; n < 2; n++) await expect(store.get("meta", "a")).rejects.toThrow("could not read from this device");
});
