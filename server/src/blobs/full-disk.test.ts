import { shapeOf } from "@tacit/shared/file-shape";
import type { DeliveryKey } from "@tacit/shared/ids";
import { CONTACT_KEY_BLOB_BYTES_PER_DAY, DAY_MS, KIB } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { GroupCommit } from "../db/group-commit.ts";
import { openDatabase } from "../db/open.ts";
import { silentLog } from "../log.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import type { BlobFiles } from "./blob-files.ts";
import { BLOB_LIMITS, Blobs } from "./blobs.ts";
import { memoryBlobFiles } from "./memory-blob-files.ts";
import { buildBlobStore } from "./store.ts";

function createStage(files: BlobFiles) {
  const random = seededRandom("disk");
  const db = openDatabase(":memory:", random);
  const ports = { clock: new FakeClock(), random, commits: new GroupCommit(db), log: silentLog, limits: BLOB_LIMITS };
  const findKey = () => ({ class: "contact", accountId: "bob" }) as never;
  const store = buildBlobStore(db);
  return { blobs: new Blobs({ ...ports, files, findKey, store }), store, key: random(32) as DeliveryKey };
}

test("a disk that is full in the middle of an upload is said, and keeps nothing of it", async () => {
  const files = memoryBlobFiles();
  const full: BlobFiles = {
    ...files,
    append: async () => Promise.reject(Object.assign(new Error("no space"), { code: "ENOSPC" })),
  };
  const { blobs, store, key } = createStage(full);
  const created = await blobs.create(key, shapeOf(5_000).sealedBytes);
  if (!created.ok) throw new Error(created.reason);

  const appended = await blobs.append(created.value.id, 0, (async function* () {})(), () => undefined);

  expect(appended).toEqual({ ok: false, reason: "full" });
  expect(await blobs.look(created.value.id)).toEqual({ ok: false, reason: "not-found" });
  expect(store.incomplete()).toEqual([]);
});

test("what the disk failed to keep of an upload is not gone on with: it is begun anew", async () => {
  const files = memoryBlobFiles();
  const broken: BlobFiles = {
    ...files,
    append: async (...all) => {
      await files.append(...all);
      throw Object.assign(new Error("fsync failed"), { code: "EIO" });
    },
  };
  const { blobs, store, key } = createStage(broken);
  const created = await blobs.create(key, shapeOf(5_000).sealedBytes);
  if (!created.ok) throw new Error(created.reason);
  const some = (async function* () {
    yield new Uint8Array(1_000);
  })();

  await expect(blobs.append(created.value.id, 0, some, () => undefined)).rejects.toThrow("fsync failed");

  expect(await blobs.look(created.value.id)).toEqual({ ok: false, reason: "not-found" });
  expect(store.incomplete()).toEqual([]);
});

test("an upload that would leave too little of the disk to everything else is refused", async () => {
  const { sealedBytes } = shapeOf(64 * KIB);
  const enough = createStage(memoryBlobFiles(BLOB_LIMITS.reserveBytes + sealedBytes));
  const short = createStage(memoryBlobFiles(BLOB_LIMITS.reserveBytes + sealedBytes - 1));

  expect((await enough.blobs.create(enough.key, sealedBytes)).ok).toBe(true);
  expect(await short.blobs.create(short.key, sealedBytes)).toEqual({ ok: false, reason: "full" });
});

test("a disk that once could not say what uploads have left is asked again", async () => {
  const files = memoryBlobFiles();
  let failures = 1;
  const fickle: BlobFiles = {
    ...files,
    size: async (name) => {
      if (failures-- > 0) throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
      return files.size(name);
    },
  };
  const { blobs, store, key } = createStage(fickle);
  const { sealedBytes } = shapeOf(5_000);
  store.add({ hash: new Uint8Array(32), bytes: sealedBytes, isComplete: false, expiresAtMs: DAY_MS });

  await expect(blobs.create(key, sealedBytes)).rejects.toThrow("too many open files");

  expect((await blobs.create(key, sealedBytes)).ok).toBe(true);
});

test("what a disk that cannot be written to refuses is charged to nobody", async () => {
  const files = memoryBlobFiles();
  let isBroken = true;
  const { blobs, key } = createStage({
    ...files,
    async create(name) {
      if (isBroken) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      await files.create(name);
    },
  });
  const { sealedBytes } = shapeOf(BLOB_LIMITS.fileBytes);
  const tries = 2 * Math.ceil(CONTACT_KEY_BLOB_BYTES_PER_DAY / sealedBytes);
  for (let time = 0; time < tries; time += 1) await expect(blobs.create(key, sealedBytes)).rejects.toThrow("no space");

  isBroken = false;

  expect(await blobs.create(key, sealedBytes)).toMatchObject({ ok: true });
});
