import { expect, test } from "vitest";
import { copyDisk, memoryDisk, memoryStore } from "./memory-store.ts";
import { storeContract } from "./store-contract.ts";

storeContract(async () => memoryStore());

test("a store opened on the same disk goes on where the last one closed", async () => {
  const disk = memoryDisk();
  const before = memoryStore(disk);
  await before.commit({ put: [{ table: "meta", id: "a", version: 1, sealed: new Uint8Array(1) }] });
  await before.close();
  const copy = copyDisk(disk);

  await memoryStore(disk).commit({ remove: [{ table: "meta", id: "a" }] });

  expect(await memoryStore(disk).count("meta")).toBe(0);
  expect(await memoryStore(copy).count("meta")).toBe(1);
});

test("a full disk rejects and keeps what it had", async () => {
  const disk = memoryDisk();
  const store = memoryStore(disk);
  disk.isFull = true;

  await expect(
    store.commit({ put: [{ table: "meta", id: "a", version: 1, sealed: new Uint8Array(1) }] }),
  ).rejects.toThrow();

  expect(await store.count("meta")).toBe(0);
});
